/**
 * The four reading functions and nothing else: no other function code can be written with what is in this folder.
 *
 * @source MODBUS Application Protocol Specification V1.1b3, sections 6.1 to 6.4 and 7
 */
const READING = { coil: 1, discrete: 2, holding: 3, input: 4 } as const;

export type Table = keyof typeof READING;

/** What is asked of one unit: `count` registers, or bits of the tables coil and discrete, from `address` (0-based). */
export interface ReadRequest {
  readonly unit: number;
  readonly table: Table;
  readonly address: number;
  readonly count: number;
}

/** What an answer's bytes say. `foreign`: not the answer to this request. */
export type Answer =
  | { readonly kind: 'data'; readonly data: Buffer }
  | { readonly kind: 'exception'; readonly code: number }
  | { readonly kind: 'foreign'; readonly why: string };

/** Exceptions in which a gateway says that the unit behind it did not answer. */
export const GATEWAY_EXCEPTIONS: readonly number[] = [0x0a, 0x0b];

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
export function requestBody(request: ReadRequest): Buffer {
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

/**
 * What `body` (unit, function, data, without header or checksum) is as an answer to `request`. Unit, function, byte count and the
 * length of the frame must all fit; padding bits beyond the count are not looked at.
 */
export function readAnswer(request: ReadRequest, body: Buffer): Answer {
  const code = READING[request.table];
  if (body.length < 3) return { kind: 'foreign', why: `${body.length} bytes are no answer` };
  if (body[0] !== request.unit) return { kind: 'foreign', why: `unit ${body[0]} answered, ${request.unit} was asked` };
  if (body[1] === (code | 0x80) && body.length === 3) return { kind: 'exception', code: body[2] as number };
  if (body[1] !== code) return { kind: 'foreign', why: `function ${body[1]} answered, ${code} was asked` };
  const expected = dataBytes(request);
  if (body[2] !== expected || body.length !== 3 + expected) {
    return { kind: 'foreign', why: `${body[2]} bytes of data announced and ${body.length - 3} sent, ${expected} were asked` };
  }
  return { kind: 'data', data: body.subarray(3) };
}
