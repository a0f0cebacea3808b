import { Fault } from '../words/fault.ts';
import { addressFindings } from './checks/addresses.ts';
import { campaignFindings } from './checks/campaigns.ts';
import { compositeFindings } from './checks/composites.ts';
import { contentFindings } from './checks/content.ts';
import { dateFindings } from './checks/dates.ts';
import { deviceFindings } from './checks/devices.ts';
import { formulaFindings } from './checks/formulas.ts';
import { gasFindings } from './checks/gas.ts';
import { heatValueFindings } from './checks/heat-values.ts';
import { idFindings } from './checks/ids.ts';
import { lookFindings } from './checks/looks.ts';
import { monitorFindings } from './checks/monitors.ts';
import { optionFindings } from './checks/options.ts';
import { overlapFindings } from './checks/overlaps.ts';
import { permitFindings } from './checks/permits.ts';
import { pointFindings } from './checks/points.ts';
import { priceFindings } from './checks/prices.ts';
import { productionFindings } from './checks/production.ts';
import { qualityFindings } from './checks/quality.ts';
import { referenceFindings } from './checks/references.ts';
import { relationFindings } from './checks/relations.ts';
import { reportFindings } from './checks/reports.ts';
import { steamFindings } from './checks/steam.ts';
import { stockFindings } from './checks/stocks.ts';
import { streamFindings } from './checks/streams.ts';
import { treeFindings } from './checks/tree.ts';
import { uncertaintyFindings } from './checks/uncertainty.ts';
import { unitFindings } from './checks/units.ts';
import { useFindings } from './checks/uses.ts';
import { workingFindings } from './checks/working.ts';
import { type PlantDocument, readDocument } from './document.ts';
import { draftOf } from './draft.ts';
import type { Finding } from './finding.ts';
import type { PlantFile } from './schema.ts';
import { plantSchema } from './schema.ts';
import { shapeFindings } from './shape.ts';

/** Every check on what has the right shape, one file each. */
const CHECKS = [
  idFindings,
  treeFindings,
  referenceFindings,
  unitFindings,
  streamFindings,
  stockFindings,
  relationFindings,
  workingFindings,
  formulaFindings,
  contentFindings,
  compositeFindings,
  pointFindings,
  dateFindings,
  deviceFindings,
  addressFindings,
  overlapFindings,
  qualityFindings,
  lookFindings,
  uncertaintyFindings,
  useFindings,
  heatValueFindings,
  priceFindings,
  productionFindings,
  steamFindings,
  gasFindings,
  campaignFindings,
  optionFindings,
  reportFindings,
  permitFindings,
  monitorFindings,
] as const;

/** What the check of a plant file found. `file` is null where it does not have the shape of a plant file. */
export interface PlantCheck {
  readonly file: PlantFile | null;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
}

/**
 * Check a plant file and report every mistake at once: syntax, shape, references, units, dates, addresses.
 *
 * What stands in a part of the wrong shape is not checked further, the rest is: one unknown key hides no dangling reference elsewhere.
 *
 * @param jurisdictions ids of the jurisdictions that rules exist for; without them the plant's is not looked up.
 * @param nowMs UTC, against which due dates are held where the plant names no date of its own.
 */
export function checkPlant(text: string, path: string, nowMs: number, jurisdictions?: readonly string[]): PlantCheck {
  const { document, faults: syntax } = readDocument(text, path);
  if (document === null) return { file: null, faults: syntax, warnings: [] };
  const shape = plantSchema.safeParse(document.value);
  const draft = draftOf(document.value, nowMs, jurisdictions);
  const findings = [
    ...(shape.success ? [] : shapeFindings(shape.error.issues, document.value)),
    ...(draft === null ? [] : CHECKS.flatMap((check) => check(draft))),
  ];
  const inOrder = findings
    .map((finding) => ({ finding, offset: document.offsetOf(finding.path, finding.at) }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ finding }) => finding);
  return {
    file: shape.success ? shape.data : null,
    faults: [...syntax, ...inOrder.filter((finding) => finding.severity === 'fault').map((finding) => faultOf(finding, document))],
    warnings: inOrder.filter((finding) => finding.severity === 'warning').map((finding) => faultOf(finding, document)),
  };
}

function faultOf({ code, path, at, zh, en, severity }: Finding, document: PlantDocument): Fault {
  return new Fault({ code, place: document.placeOf(path, at), zh, en, exitStatus: severity === 'fault' ? 2 : 1 });
}
