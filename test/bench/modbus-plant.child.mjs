import { writeFileSync } from 'node:fs';

/**
 * Loaded into the program before anything else (`node --import …`): its clocks may be moved, both alike, as those of a machine that slept,
 * and what it takes can be asked for over the channel that it was started with. A process that this one starts leaves its largest
 * resident memory in the file CHECK_PEAK.
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

if (process.send === undefined) {
  process.on('exit', () => writeFileSync(process.env.CHECK_PEAK, String(process.resourceUsage().maxRSS * 1024)));
} else {
  setInterval(look, 250).unref();
  process.on('message', ({ toMs }) => {
    if (toMs !== undefined) movedMs = toMs - wall();
    const { user, system } = process.cpuUsage();
    const rss = look();
    process.send({ wallMs: Date.now(), steadyMs: steady(), cpuMs: (user + system) / 1000, rss, largest });
    largest = 0;
  });
  process.channel.unref();
}
