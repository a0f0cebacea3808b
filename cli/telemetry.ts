import { isDeepStrictEqual } from 'node:util';
import type { Plant } from '../config/plant/plant.ts';
import { type ExportNews, startExporter } from '../dashboards/otlp/exporter.ts';
import { type OtlpSettings, otlpSettings } from '../dashboards/otlp/settings.ts';
import { figuresOf, type Watched } from '../dashboards/server/operation.ts';
import { printFaults, say } from './output.ts';

export interface Pushing {
  /** Goes over to another version of the plant file; one whose settings cannot be used is reported, and pushing goes on as before. */
  applied(next: Plant): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Looks where the figures of /metrics are to be pushed by OpenTelemetry, before anything is opened: by the plant file, or by the
 * environment. What is returned begins it.
 *
 * @throws Fault of `otlpSettings`
 */
export function preparePushing(plant: Plant, env = process.env): (watched: Watched) => Pushing {
  const settingsOf = (of: Plant) => otlpSettings(of, of.file.telemetry, env);
  const first = settingsOf(plant);
  return (watched) => {
    const begin = (settings: OtlpSettings | null) =>
      settings === null
        ? null
        : startExporter(
            settings,
            () => figuresOf(watched),
            (news) => tell(settings, news),
          );
    let now = first;
    let exporter = begin(now);
    return {
      async applied(next) {
        try {
          const settings = settingsOf(next);
          if (isDeepStrictEqual(settings, now)) return;
          const before = exporter;
          [now, exporter] = [settings, begin(settings)];
          await before?.stop();
        } catch (error) {
          printFaults(error);
        }
      },
      async stop() {
        await exporter?.stop();
      },
    };
  };
}

function tell({ url }: OtlpSettings, { problem, dropped }: ExportNews): void {
  const [lostZh, lostEn] = dropped === 0 ? ['', ''] : [`（放弃 ${dropped} 次）`, ` (${dropped} exports given up)`];
  if (problem === null) say(`OpenTelemetry 指标已恢复发送：${url}${lostZh}`, `OpenTelemetry figures arrive again: ${url}${lostEn}`);
  else say(`OpenTelemetry 指标未送达 ${url}${lostZh}：${problem}`, `OpenTelemetry figures do not arrive at ${url}${lostEn}: ${problem}`);
}
