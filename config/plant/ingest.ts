import { readFile } from 'node:fs/promises';
import { Fault, Faults } from '../words/fault.ts';
import { readDocument } from './document.ts';
import { shapeFindings } from './shape.ts';
import { type IngestFile, ingestSchema } from './stores.ts';

/**
 * Load and check the file of a central ingest process.
 *
 * @throws Faults with everything that is wrong, each with `file:line:column`.
 */
export async function loadIngest(path: string): Promise<IngestFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Fault({ code: 'ingest.not-found', place: path, zh: '读不到这个文件', en: 'cannot read this file', cause });
  });
  const { document, faults } = readDocument(text, path);
  if (document === null || faults.length > 0) throw new Faults([...faults]);
  const shape = ingestSchema.safeParse(document.value);
  if (shape.success) return shape.data;
  throw new Faults(
    shapeFindings(shape.error.issues, document.value).map(
      ({ code, path: at, at: which, zh, en }) => new Fault({ code, place: document.placeOf(at, which), zh, en }),
    ),
  );
}
