import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Writes every document of a plant's report and tells how long that took since the process began, its CPU, and the most memory it held. */
const [program, path, out] = process.argv.slice(2);
const { reportOf } = await import(pathToFileURL(program));
const { loadPlant } = await import(pathToFileURL(join(dirname(program), '..', 'config', 'plant', `load${extname(program)}`)));
const laps = [];
const { files } = await reportOf(await loadPlant(path), { out, lang: 'zh', pdf: true, pack: true }, (file) => {
  laps.push(`${file.slice(file.lastIndexOf('/') + 1)} ${Math.round(performance.now())} ms`);
});
process.stderr.write(`${laps.join(', ')}\n`);
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const told = { files: files.length, ms: performance.now(), cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1000 };
process.stdout.write(JSON.stringify(told));
