import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Runs `report` as a person does, and when it ends tells how long that took since the process began, its CPU, and the most memory it held. */
const [main, plant, out, told] = process.argv.slice(2);
const laps = [];
const write = process.stderr.write.bind(process.stderr);
process.stderr.write = (text) => {
  laps.push(`${String(text).trim().split('/').at(-1)} ${Math.round(performance.now())} ms`);
  return true;
};
process.on('exit', () => {
  write(`${laps.join(', ')}\n`);
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const figures = { ms: performance.now(), cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1000 };
  writeFileSync(told, JSON.stringify(figures));
});
process.argv = [process.argv[0], main, 'report', plant, '--out', out, '--pdf', '--pack'];
await import(pathToFileURL(main));
