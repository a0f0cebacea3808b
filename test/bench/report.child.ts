import { reportOf } from '../../cli/report.ts';
import { loadPlant } from '../../config/plant/load.ts';

/** Writes every document of a plant's report and tells how long that took since the process began, and the most memory it held. */
const [path, out] = process.argv.slice(2);
const laps: string[] = [];
const { files } = await reportOf(await loadPlant(path!), { out: out!, lang: 'zh', pdf: true, pack: true }, (file) => {
  laps.push(`${file.slice(file.lastIndexOf('/') + 1)} ${Math.round(performance.now())} ms`);
});
process.stderr.write(`${laps.join(', ')}\n`);
process.stdout.write(JSON.stringify({ files: files.length, ms: performance.now(), megabytes: process.resourceUsage().maxRSS / 1000 }));
