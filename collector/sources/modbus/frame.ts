/**
 * The four reading functions, and the one that reads what a device says of itself: no other function code can be written with what is
 * in this folder.
 *
 * @source MODBUS Application Protocol Specification V1.1b3, sections 6.1 to 6.4, 6.21 and 7
 */
const READING = { coil: 1, discrete: 2, holding: 3, input: 4 } as const;
const IDENTIFICATION = 0x2b;
const READ_DEVICE_ID = 0x0e;

export type Table = keyof typeof READING;

/** What is asked of one unit: `count` registers, or bits of the tables coil and discrete, from `address` (0-based). */
export interface ReadRequest {
  readonly unit: number;
  readonly table: Table;
  readonly address: number;
  readonly count: number;
}

/** What a device says of itself, from object `from` on: maker, product and revision are the basic objects. */
export interface IdentifyRequest {
  readonly unit: number;
  readonly identify: 'basic' | 'regular' | 'extended';
  readonly from: number;
}

export type Request = ReadRequest | IdentifyRequest;

export const isIdentify = (request: Request): request is IdentifyRequest => 'identify' in request;

const CATEGORY = { basic: 1, regular: 2, extended: 3 } as const;

/** What an answer's bytes say. `foreign`: not the answer to this request. */
export type Answer =
  | { readonly kind: 'data'; readonly data: Buffer }
  | { readonly kind: 'exception'; readonly code: number }
  | { readonly kind: 'foreign'; readonly why: string };

/** Exceptions in which a gateway says that the unit behind it did not answer. */
export const GATEWAY_EXCEPTIONS: readonly number[] = [0x0a, 0x0b];

/** Exceptions in which a device says that it is at work on this or something else and should be asked again: acknowledge, busy. */
export const BUSY_EXCEPTIONS: readonly number[] = [0x05, 0x06];

export const isBits = (table: Table): boolean => table === 'coil' || table === 'discrete';

/** The most that one request may ask of a table, by the protocol. */
export const protocolLimit = (table: Table): number => (isBits(table) ? 2000 : 125);

/** Bytes of data in the answer to a request. */
export const dataBytes = (request: ReadRequest): number => (isBits(request.table) ? Math.ceil(request.count / 8) : request.count * 2);

/**
 * The request as unit, function, address and count: six bytes, big endian.
 *
 * @throws RangeError where unit, address or count are outside what the protocol can ask.
 */
export function requestBody(request: Request): Buffer {
  if (isIdentify(request)) return identifyBody(request);
  const { unit, table, address, count } = request;
  const whole = Number.isInteger(unit) && Number.isInteger(address) && Number.isInteger(count);
  const code = Object.hasOwn(READING, table) ? READING[table] : undefined;
  if (
    code === undefined ||
    !whole ||
    unit < 0 ||
    unit > 255 ||
    address < 0 ||
    count < 1 ||
    count > protocolLimit(table) ||
    address + count > 65_536
  ) {
    throw new RangeError(`no reading request: ${JSON.stringify(request)}`);
  }
  const body = Buffer.allocUnsafe(6);
  body[0] = unit;
  body[1] = code;
  body.writeUInt16BE(address, 2);
  body.writeUInt16BE(count, 4);
  return body;
}

function identifyBody({ unit, identify, from }: IdentifyRequest): Buffer {
  const category = Object.hasOwn(CATEGORY, identify) ? CATEGORY[identify] : undefined;
  const whole = Number.isInteger(unit) && Number.isInteger(from) && unit >= 0 && unit <= 255 && from >= 0 && from <= 255;
  if (category === undefined || !whole) throw new RangeError('no identification request');
  return Buffer.from([unit, IDENTIFICATION, READ_DEVICE_ID, category, from]);
}

/** The function code of a request. */
export const functionOf = (request: Request): number => (isIdentify(request) ? IDENTIFICATION : READING[request.table]);

/**
 * What `body` (unit, function, data, without header or checksum) is as an answer to `request`. Unit, function, byte count and the
 * length of the frame must all fit; padding bits beyond the count are not looked at.
 */
export function readAnswer(request: Request, body: Buffer): Answer {
  const code = functionOf(request);
  if (body.length < 3) return { kind: 'foreign', why: `${body.length} bytes are no answer` };
  if (body[0] !== request.unit) return { kind: 'foreign', why: `unit ${body[0]} answered, ${request.unit} was asked` };
  if (body[1] === (code | 0x80) && body.length === 3) return { kind: 'exception', code: body[2] as number };
  if (body[1] !== code) return { kind: 'foreign', why: `function ${body[1]} answered, ${code} was asked` };
  if (isIdentify(request)) {
    const length = identifyLength(body);
    if (body[2] === READ_DEVICE_ID && length === body.length) return { kind: 'data', data: body.subarray(3) };
    return { kind: 'foreign', why: 'the answer is no identification' };
  }
  const expected = dataBytes(request);
  if (body[2] !== expected || body.length !== 3 + expected) {
    return { kind: 'foreign', why: `${body[2]} bytes of data announced and ${body.length - 3} sent, ${expected} were asked` };
  }
  return { kind: 'data', data: body.subarray(3) };
}

/** Bytes of an identification's body, without checksum, as far as they can be told yet; null while too few are there to tell. */
export function identifyLength(body: Buffer): number | null {
  if (body.length < 8) return null;
  let at = 8;
  for (let left = body[7] as number; left > 0; left--) {
    if (body.length < at + 2) return null;
    at += 2 + (body[at + 1] as number);
  }
  return at;
}

/** The objects in the data of an identification's answer, and from which object it goes on; null: it was the last part. */
export function identificationIn(data: Buffer): { readonly objects: readonly (readonly [number, string])[]; readonly next: number | null } {
  const objects: (readonly [number, string])[] = [];
  let at = 5;
  for (let left = data[4] as number; left > 0; left--) {
    const length = data[at + 1] as number;
    objects.push([data[at] as number, data.toString('latin1', at + 2, at + 2 + length).trim()]);
    at += 2 + length;
  }
  return { objects, next: data[2] === 0xff ? (data[3] as number) : null };
}
