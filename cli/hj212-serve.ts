import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { z } from 'zod';
import { type IntakeJournal, keepIntake } from '../collector/recorder/intake-journal.ts';
import { createRecorder } from '../collector/recorder/recorder.ts';
import { systemClock } from '../collector/sources/clock.ts';
import { CONTROL_COMMANDS, type ControlCommand, type ControlOutcome } from '../collector/sources/hj212/control.ts';
import { Hj212Source } from '../collector/sources/hj212/source.ts';
import { openSources } from '../collector/sources/open.ts';
import type { Source } from '../collector/sources/source.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { formatInstant } from '../config/plant/time.ts';
import { Fault } from '../config/words/fault.ts';
import { untilToldToStop } from './collecting.ts';
import { lastRecordMs } from './last-record.ts';
import { say } from './output.ts';
import { openPlantJournal } from './plant-journal.ts';

/** `hj212 serve PLANT`: only the platform (上位机) of a plant: packets into the journal, and as JSON objects on standard output. */
export function defineServe(hj212: Command): void {
  hj212
    .command('serve')
    .description(
      '只运行企业文件中 hj212 设备的上位机：读数写入日志，并逐行输出 JSON\nrun only the hj212 devices of a plant: readings into the journal, one JSON object a line out',
    )
    .argument('<plant>', '企业文件或其文件夹 / plant file or its folder')
    .option(
      '--control',
      '监管人员的反控命令：标准输入每行一个 JSON {mn, cn, fields, by, why}，写入日志后才发送\nan officer’s commands: JSON objects on standard input, one a line, journalled before they are sent',
    )
    .action(async (path: string, options: { readonly control?: boolean }) => {
      const plant = onlyStations(await loadPlant(path));
      const journal = await openPlantJournal(plant);
      let sources: readonly Source[] = [];
      let intake: IntakeJournal | null = null;
      try {
        const lastMs = await lastRecordMs(journal, plant.dataDir);
        intake = await keepIntake(journal, plant.dataDir, systemClock, lastMs);
        const recorder = createRecorder(journal, { simulated: plant.simulated, intake: intake.book });
        recorder.listen((samples) => {
          for (const { timeMs, ...sample } of samples) {
            process.stdout.write(`${JSON.stringify({ at: formatInstant(timeMs, plant.offsetMinutes), ...sample })}\n`);
          }
        });
        sources = openSources(plant, systemClock, lastMs);
        for (const source of sources) {
          await source.start(recorder.of(source.id));
          const { state, lastError } = source.status();
          if (state !== 'online')
            throw new Fault({ code: 'hj212.listen', place: source.id, zh: `无法监听：${lastError}`, en: lastError ?? 'cannot listen' });
        }
        say(
          `正在等待 ${sources.length} 个端口上的数采仪。按 Ctrl-C 结束。`,
          `Waiting for loggers on ${sources.length} ports. Ctrl-C ends it.`,
        );
        if (options.control === true) takeCommands(sources);
        await untilToldToStop();
      } finally {
        await Promise.all(sources.map((source) => source.stop()));
        await intake?.stop().catch(() => undefined);
        await journal.close();
      }
    });
}

/** Commands from standard input, answered on standard output; those that are none are answered as malformed. */
function takeCommands(sources: readonly Source[]): void {
  const platforms = sources.filter((source) => source instanceof Hj212Source);
  const answer = async (line: string): Promise<void> => {
    const parsed = commandSchema.safeParse(jsonOf(line));
    let outcome: ControlOutcome = parsed.success ? 'unknown-station' : 'malformed';
    for (const platform of platforms) if (parsed.success && outcome === 'unknown-station') outcome = await platform.control(parsed.data);
    process.stdout.write(`${JSON.stringify({ command: parsed.success ? parsed.data : line.slice(0, 200), outcome })}\n`);
  };
  createInterface({ input: process.stdin }).on('line', (line) => {
    if (line.trim() !== '')
      answer(line).catch((error: unknown) => say(`命令未发送：${String(error)}`, `command not sent: ${String(error)}`));
  });
}

const commandSchema = z.strictObject({
  mn: z.string(),
  cn: z.enum(Object.keys(CONTROL_COMMANDS) as [ControlCommand, ...ControlCommand[]]),
  fields: z.record(z.string(), z.string()).default({}),
  by: z.string().min(1),
  why: z.string().min(1),
});

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The plant with nothing to read but what stations send. */
function onlyStations(plant: Plant): Plant {
  const devices = new Map([...plant.devices].filter(([, device]) => device.protocol === 'hj212'));
  const channels = new Map([...plant.channels].filter(([, { read }]) => read !== undefined && devices.has(read.device)));
  if (channels.size > 0) return { ...plant, devices, channels };
  throw new Fault({
    code: 'hj212.no-station',
    place: plant.path,
    zh: '没有通道从 protocol: hj212 的设备读取',
    en: 'no channel is read from a device with protocol: hj212',
  });
}
