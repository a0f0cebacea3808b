import { Fault } from '../words/fault.ts';
import { type PlantDocument, readDocument } from './document.ts';
import type { Finding } from './finding.ts';
import type { PlantFile } from './schema.ts';
import { plantSchema } from './schema.ts';
import { shapeFindings } from './shape.ts';

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
 * @param nowMs UTC, against which due dates are held where the plant names no date of its own.
 */
export function checkPlant(text: string, path: string, nowMs: number): PlantCheck {
  const document = readDocument(text, path);
  if (!('placeOf' in document)) return { file: null, faults: document, warnings: [] };
  const shape = plantSchema.safeParse(document.value);
  const findings = shape.success ? [] : shapeFindings(shape.error.issues, document.value);
  return {
    file: shape.success ? shape.data : null,
    faults: findings.filter((finding) => finding.severity === 'fault').map((finding) => faultOf(finding, document)),
    warnings: findings.filter((finding) => finding.severity === 'warning').map((finding) => faultOf(finding, document)),
  };
}

function faultOf({ code, path, at, zh, en, severity }: Finding, document: PlantDocument): Fault {
  return new Fault({ code, place: document.placeOf(path, at), zh, en, exitStatus: severity === 'fault' ? 2 : 1 });
}
