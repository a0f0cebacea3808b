import { readFile } from 'node:fs/promises';
import { strFromU8, unzipSync } from 'fflate';
import { FORMAT, MANIFEST, type PackFiles } from '../balance/report/pack/manifest.ts';
import { sealState } from '../balance/report/pack/seal.ts';
import { Fault } from '../config/words/fault.ts';

/** The files of an evidence pack, and whether the archive is byte by byte what was written. @throws Fault pack.file for what is none */
export async function readPack(zip: string): Promise<{ readonly files: PackFiles; readonly archive: ReturnType<typeof sealState> }> {
  try {
    const archive = await readFile(zip);
    const files = unpacked(archive);
    const manifest = JSON.parse(strFromU8(files[MANIFEST]!)) as { format?: unknown };
    if (manifest.format !== FORMAT) throw new Error(`format ${String(manifest.format)}`);
    return { files, archive: sealState(archive) };
  } catch (cause) {
    const [zh, en] = ['不是可读的证据包', 'this is no readable evidence pack'];
    throw new Fault({ code: 'pack.file', place: zip, zh, en, exitStatus: 1, cause });
  }
}

/** What an archive holds; a file that cannot be unpacked is empty, and the manifest tells that it was changed. */
function unpacked(archive: Uint8Array): PackFiles {
  try {
    return unzipSync(archive);
  } catch {
    const names: string[] = [];
    unzipSync(archive, { filter: ({ name }) => names.push(name) < 0 });
    return Object.fromEntries(names.map((wanted) => [wanted, unpackedAlone(archive, wanted)]));
  }
}

function unpackedAlone(archive: Uint8Array, wanted: string): Uint8Array {
  try {
    return unzipSync(archive, { filter: ({ name }) => name === wanted })[wanted]!;
  } catch {
    return new Uint8Array();
  }
}
