import { writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * Loaded into the program before anything else (`node --import …`): its clocks may be moved, both alike, as those of a machine that slept,
 * and what it takes can be asked for over a connection to the port TOLD_PORT of this machine, as lines of JSON. A process that checks a
 * plant file for this one leaves its largest resident memory in the file CHECK_PEAK.
 */
const wall = Date.now.bind(Date);
const steady = performance.now.bind(performance);
let movedMs = 0;
Date.now = () => wall() + movedMs;
performance.now = () => steady() + movedMs;

let largest = 0;
const look = () => {
  const { rss } = process.memoryUsage();
  largest = Math.max(largest, rss);
  return rss;
};

const { TOLD_PORT, CHECK_PEAK, MALLOC_ARENA_MAX } = process.env;
if (process.argv[2] === 'check-apart') {
  process.on('exit', () => writeFileSync(CHECK_PEAK, String(process.resourceUsage().maxRSS * 1024)));
} else if (!('execve' in process) || MALLOC_ARENA_MAX !== undefined) {
  // Elsewhere the program begins again as the same process, with another environment, before it does anything.
  setInterval(look, 250).unref();
  const socket = createConnection(Number(TOLD_PORT), '127.0.0.1');
  createInterface(socket).on('line', (line) => {
    const { toMs } = JSON.parse(line);
    if (toMs !== undefined) movedMs = toMs - wall();
    const { user, system } = process.cpuUsage();
    const rss = look();
    socket.write(`${JSON.stringify({ wallMs: Date.now(), steadyMs: steady(), cpuMs: (user + system) / 1000, rss, largest })}\n`);
    largest = 0;
  });
  socket.unref();
}
