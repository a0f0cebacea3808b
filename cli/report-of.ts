import { drawAhead } from '../balance/report/drawings.ts';
import type { Plant } from '../config/plant/plant.ts';
import { balanceReport } from './balance.ts';
import { openCaughtUpReader } from './caught-up.ts';
import { refuseNeeded } from './pack.ts';
import type { Printer } from './pdf.ts';
import { keepPlantVersion } from './plant-history.ts';
import { reportResults, rootsOf } from './report-results.ts';
import { type ReportOptions, type WrittenReport, writeReport } from './write-report.ts';

/** The numbers of a window, by default of the last complete 72 h, and the files that show them. */
export async function reportOf(
  plant: Plant,
  options: ReportOptions & { readonly from?: string; readonly to?: string },
  printer: Printer | null,
  onFile?: Parameters<typeof writeReport>[5],
): Promise<WrittenReport> {
  if (options.pack) refuseNeeded(options.leaveOut ?? []);
  const reader = await openCaughtUpReader(plant);
  try {
    await keepPlantVersion(plant, Date.now());
    const balances = await balanceReport(plant, reader, options, Date.now());
    drawAhead({ plant, balances, lang: options.lang });
    const results = await reportResults(plant, reader, balances, await rootsOf(plant));
    return await writeReport(plant, reader, results, options, printer, onFile);
  } finally {
    await reader.close();
  }
}
