import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../collector/sources/clock.ts';
import { Hj212Logger } from '../collector/sources/hj212/logger.ts';
import { loadPlant } from '../config/plant/load.ts';
import { durationMs, instantMs } from '../config/plant/time.ts';
import { Fault } from '../config/words/fault.ts';
import { openCaughtUpReader } from './caught-up.ts';
import { untilToldToStop } from './collecting.ts';
import { plantHistory, reportedOf } from './hj212-history.ts';
import { resumedMs, sentKeeper } from './hj212-sent.ts';
import { printJson, say } from './output.ts';

interface Options {
  readonly to: readonly [host: string, port: number];
  readonly mn: string;
  readonly passwordFile: string;
  readonly keyFile?: Buffer;
  readonly outfall?: string;
  readonly protocolVersion: '2017' | '2025';
  readonly minute: string;
  readonly from?: string;
  readonly once?: boolean;
}

const BACKLOG_MS = 31 * 86_400_000;

/** `hj212 send PLANT`: reports an outfall's readings to a platform, as a logger that is not the certified one. */
export function defineSend(hj212: Command, sm4Key: (file: string) => Buffer): void {
  hj212
    .command('send')
    .description(
      '把企业自有读数按 HJ 212 上报（标明非认证数采仪）\nreport the plant’s own readings by HJ 212, marked as not those of the certified logger',
    )
    .argument('<plant>', '企业文件或其文件夹 / plant file or its folder')
    .requiredOption('--to <host:port>', '上位机 / the platform', hostAndPort)
    .requiredOption('--mn <mn>', 'MN')
    .requiredOption('--password-file <file>', '密码文件 / file with the password')
    .option('--key-file <file>', 'SM4 密钥文件（32 个十六进制数字）/ file with the SM4 key, 32 hex digits', sm4Key)
    .option('--outfall <id>', '排放口 / the outfall')
    .option('--protocol-version <year>', '2017 | 2025', version, '2025')
    .option('--minute <duration>', '分钟数据间隔 / spacing of the minute data', '10min')
    .option('--from <time>', '从何时起上报，默认接着上次，首次从现在 / from when on; default: where it ended, at first from now')
    .option('--once', '已有数据上报完即结束 / end when nothing is left to report')
    .action(async (path: string, options: Options) => {
      const plant = await loadPlant(path);
      const [host, port] = options.to;
      if (plant.simulated && !['127.0.0.1', '::1', 'localhost'].includes(host)) throw simulated(plant.path);
      const reported = reportedOf(plant, options.outfall);
      const gas = reported.some(({ code }) => code.startsWith('a'));
      const reader = await openCaughtUpReader(plant);
      const minuteIntervalMs = durationMs(options.minute);
      const keeper = sentKeeper(join(plant.dataDir, 'hj212', `${options.mn}@${host}_${port}.json`));
      const logger = new Hj212Logger(
        {
          host,
          port,
          mn: options.mn,
          password: readFileSync(options.passwordFile, 'utf8').trim(),
          system: gas ? '31' : '32',
          version: options.protocolVersion,
          crc: 'hj212',
          key: options.keyFile ?? null,
          offsetMinutes: plant.offsetMinutes,
          timeoutMs: 10_000,
          sends: 3,
          minuteIntervalMs,
          periods: ['minute', 'hour', 'day'],
          fromMs: options.from === undefined ? await resumedMs(keeper) : instantMs(options.from, plant.offsetMinutes),
          backlogMs: BACKLOG_MS,
        },
        plantHistory(reader, reported, minuteIntervalMs, plant.offsetMinutes),
        systemClock,
        keeper,
      );
      try {
        logger.start();
        say(`正在向 ${host}:${port} 上报 ${reported.length} 个编码。`, `Reporting ${reported.length} codes to ${host}:${port}.`);
        await (options.once ? nothingLeft(logger) : untilToldToStop());
      } finally {
        await logger.stop();
        await reader.close();
      }
      printJson({ ...logger.status(), waiting: logger.waiting() });
      process.exitCode = logger.waiting() > 0 ? 1 : 0;
    });
}

async function nothingLeft(logger: Hj212Logger): Promise<void> {
  const stopped = untilToldToStop().then(() => true);
  const pause = (): Promise<boolean> => new Promise((resolve) => setTimeout(() => resolve(false), 200));
  while (logger.waiting() > 0) if (await Promise.race([stopped, pause()])) return;
}

function hostAndPort(text: string): readonly [string, number] {
  const match = /^(.+):(\d{1,5})$/.exec(text);
  if (match === null || Number(match[2]) > 65_535) throw new InvalidArgumentError('host:port');
  return [match[1]!, Number(match[2])];
}

function version(text: string): '2017' | '2025' {
  if (text !== '2017' && text !== '2025') throw new InvalidArgumentError('2017 | 2025');
  return text;
}

function simulated(place: string): Fault {
  return new Fault({
    code: 'hj212.simulated',
    place,
    zh: '此厂是模拟的：模拟数据只能发往本机',
    en: 'this plant is simulated: its data go to this machine only',
  });
}
