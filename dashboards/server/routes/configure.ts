import { z } from 'zod';
import { formatInstant } from '../../../config/plant/time.ts';
import type { Asking } from '../asking.ts';
import {
  checkDocument,
  fileDocument,
  ledgerDocument,
  type ProbeDocument,
  probeDocument,
  savedDocument,
  sha256,
} from '../documents/configure.ts';
import { ledgerWorkbook, readFileText, saveFileText, withCommissioning, withLedger } from '../plant-desk.ts';
import { Refusal } from '../refusal.ts';
import { type Asked, type Route, route } from '../route.ts';
import { TABLE_TYPES } from '../table-file.ts';

/** A plant of 1,000 meters is a file of about 500 KB. */
const LARGEST_FILE = 4 << 20;
const LARGEST_WORKBOOK = 8 << 20;

const text = z.string().max(LARGEST_FILE);
const register = z.int().min(0).max(65_535);
const probeBody = z.strictObject({
  device: z.string().max(64),
  unit: z.int().min(0).max(255),
  address: z.int().min(0).max(65_536),
  table: z.enum(['holding', 'input', 'both']).default('both'),
  expect: z.number().optional().describe('what the face shows'),
});
const commissionBody = z.strictObject({
  meter: z.string().max(64),
  face: z.number(),
  reading: z.number(),
  read: z
    .strictObject({
      unit: z.int().min(0).max(255),
      table: z.enum(['holding', 'input']),
      address: z.strictObject({ pdu: register }),
      type: z.string().max(10),
      order: z.string().max(8),
      scale: z.number(),
    })
    .optional()
    .describe('the interpretation that was chosen; absent: as the file has it'),
});
/** Signing and saving take a person whom the trail can name. */
const personOf = ({ caller }: Pick<Asked, 'caller'>): string => {
  if (caller?.kind !== 'user') throw new Refusal(403, 'needs-a-name');
  return caller.name;
};

/** The plant file, its ledger, and commissioning of its meters. */
export function configureRoutes(asking: Asking): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/plant-file',
      summary: 'The plant file as it stands on disk',
      access: 'configure',
      answer: { json: fileDocument },
      handle: ({ services }) => readFileText(services),
    }),
    route({
      method: 'POST',
      path: '/api/v1/plant-file/check',
      summary: 'Check a text as `check` does, and say what it would change; nothing is written',
      access: 'configure',
      body: z.strictObject({ text }),
      largest: LARGEST_FILE,
      answer: { json: checkDocument },
      handle: async ({ services, body }) => services.check(body.text, (await readFileText(services)).text),
    }),
    route({
      method: 'POST',
      path: '/api/v1/plant-file',
      summary: 'Put a text that passes the check in the place of the plant file; the one before is kept',
      access: 'configure',
      body: z.strictObject({ text, sha256: sha256.describe('of the file that the change rests on') }),
      largest: LARGEST_FILE,
      answer: { json: savedDocument },
      refusals: [409, 422],
      handle: async ({ services, body, caller, note }) => {
        personOf({ caller });
        const saved = await saveFileText(services, body.text, body.sha256);
        await note('plant-file-saved', saved.sha256);
        return { sha256: saved.sha256 };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/plant-file/ledger.xlsx',
      summary: 'The meter ledger as a workbook',
      access: 'configure',
      answer: { type: TABLE_TYPES.xlsx },
      refusals: [422],
      handle: async ({ services, reply, note }) => {
        await note('exported', 'ledger.xlsx');
        reply.header('content-disposition', 'attachment; filename="ledger.xlsx"');
        return ledgerWorkbook(services);
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/plant-file/ledger',
      summary: 'What a ledger workbook would change in the plant file; nothing is written',
      access: 'configure',
      body: z.instanceof(Uint8Array),
      largest: LARGEST_WORKBOOK,
      answer: { json: ledgerDocument },
      refusals: [413, 422],
      handle: async ({ services, body }) => {
        const { sha256, text: before } = await readFileText(services);
        const { text: after, matched, notInLedger } = await withLedger(services, body);
        const check = await services.check(after, before);
        return { ...check, text: after, sha256, matched, notInLedger };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/probe',
      summary: 'Read a register of a Modbus device under every type and byte order, the likeliest first',
      access: 'configure',
      body: probeBody,
      answer: { json: probeDocument },
      refusals: [422, 503],
      handle: async ({ services, body, note }) => {
        const args = [
          ...[body.device, '--unit', String(body.unit), '--address', String(body.address), '--table', body.table],
          ...(body.expect === undefined ? [] : [`--expect=${body.expect}`]),
        ];
        await note('probed', args.join(' '));
        return (await asking.ask(services, 'probe', args, 0)) as ProbeDocument;
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/commission',
      summary: 'Sign that a meter’s face and its reading agree; the plant file takes the signature and the interpretation that was chosen',
      access: 'configure',
      body: commissionBody,
      answer: { json: savedDocument },
      refusals: [409, 422],
      handle: async ({ services, body: { meter, face, reading, read = null }, caller, note }) => {
        const by = personOf({ caller });
        const at = formatInstant(Date.now(), services.plant.offsetMinutes);
        const { text: after, sha256 } = await withCommissioning(services, { meter, face, reading, by, at, read });
        const saved = await saveFileText(services, after, sha256);
        await note('commissioned', `${meter} face ${face} reading ${reading}`);
        return { sha256: saved.sha256 };
      },
    }),
  ];
}
