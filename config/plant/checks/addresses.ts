import { ofModicon, placeOf, spanOf, widthOf } from '../address.ts';
import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import type { ModbusRead, MqttRead } from '../schema.ts';

/** Addresses mean one register and no other, a byte order fits its type, a topic names one topic. */
export function addressFindings(draft: Draft): Finding[] {
  return draft.channels.flatMap(({ item, path }) => {
    if (item.read === undefined) return [];
    const at: Path = [...path, 'read'];
    if ('topic' in item.read) return ofTopic(item.read, at);
    if (!('unit' in item.read)) return [];
    const found = ofRegister(item.read, at);
    if (item.read.signal === undefined || item.range !== undefined) return found;
    const zh = '模拟量信号需要通道的 range（量程）';
    return [...found, fault('modbus.signal', [...at, 'signal'], zh, 'an analogue signal needs the range of its channel')];
  });
}

function ofRegister(read: ModbusRead, path: Path): Finding[] {
  const address = ofAddress(read, path);
  const place = placeOf(read);
  if (address.length > 0 || !place) return address;
  const found: Finding[] = [];
  const add = (code: string, key: string, zh: string, en: string) => found.push(fault(code, [...path, key], zh, en));
  const width = widthOf(read.type, read.length);
  const { type, order } = read;
  const registers = place.table === 'holding' || place.table === 'input';
  const span = spanOf(read);
  if (span === null) {
    const part = read.plus === undefined ? 'exponent' : 'plus';
    add('modbus.plus', part, `${part} 应与 address 在同一个表`, `${part} must lie in the table of address`);
  }
  if ((span?.end ?? place.address + width) > 65_536)
    add('modbus.address', 'address', '数据超出第 65536 个寄存器', 'the value reaches beyond register 65536');
  if (type !== 'bit' && !registers) add('modbus.type', 'type', `${place.table} 只能读 type: bit`, `${place.table} holds bits: type is bit`);
  if (type === 'bit' && registers && read.bit === undefined) {
    add('modbus.type', 'type', '读寄存器中的位需要写明 bit: 0…15', 'a bit of a register needs its number, bit: 0…15');
  }
  if (read.bit !== undefined && type !== 'bit') {
    add('modbus.type', 'bit', `type: ${type} 不用 bit；若读一位请写 type: bit`, `${type} takes no bit; to read one bit say type: bit`);
  }
  found.push(...ofParts(read, path));
  if (order !== undefined && type !== 'string' && registers && order.length !== width * 2) {
    const zh = `字节序 ${order} 有 ${order.length} 个字节，${type} 有 ${width * 2} 个`;
    add('modbus.order', 'order', zh, `the order ${order} has ${order.length} bytes, a ${type} has ${width * 2}`);
  }
  if (order !== undefined && !registers) add('modbus.order', 'order', `${place.table} 没有字节序`, `${place.table} has no byte order`);
  return found;
}

/** What belongs to some types only: the length and the states of a string, bit fields, a second part, a power of ten, a signal. */
function ofParts({ type, order, length, states, bits, plus, exponent, signal }: ModbusRead, path: Path): Finding[] {
  const found: Finding[] = [];
  const add = (key: string, zh: string, en: string) => found.push(fault('modbus.part', [...path, key], zh, en));
  const text = type === 'string';
  if (text && (length === undefined || states === undefined)) {
    add(
      'type',
      'type: string 需要 length（寄存器数）和 states（文本对应的数）',
      'a string needs length (registers) and states (text: number)',
    );
  }
  if (!text && length !== undefined) add('length', '只有 type: string 才写 length', 'only a string has a length');
  if (!text && states !== undefined) add('states', '只有 type: string 才写 states', 'only a string has states');
  if (text && order !== undefined && order.length !== 2) add('order', '字符串的字节序只能是 AB 或 BA', 'the order of a string is AB or BA');
  if (bits !== undefined && (bits[0] > bits[1] || bits[1] >= (type === 'uint16' ? 16 : type === 'uint32' ? 32 : 0))) {
    add('bits', `bits 应为 [低位, 高位]，用于 uint16（0–15）或 uint32（0–31）`, 'bits are [low, high] of a uint16 (0–15) or uint32 (0–31)');
  }
  if (plus !== undefined && (text || type === 'bit' || plus.type === 'string' || plus.type === 'bit')) {
    add('plus', '两个部分都必须是数', 'both parts must be numbers');
  }
  if (plus?.order !== undefined && plus.order.length !== widthOf(plus.type) * 2) {
    add('plus', `plus 的字节序 ${plus.order} 与 ${plus.type} 不符`, `the order ${plus.order} does not fit ${plus.type}`);
  }
  if (exponent !== undefined && (text || type === 'bit' || type.startsWith('float') || bits !== undefined || plus !== undefined)) {
    add('exponent', 'exponent 只用于整数，且不与 plus、bits 同用', 'an exponent belongs to a whole number without plus and bits');
  }
  if (signal !== undefined && signal.from >= signal.to) add('signal', '信号 from 应小于 to', 'the signal must rise: from below to');
  return found;
}

function ofAddress({ address, table }: ModbusRead, path: Path): Finding[] {
  const at = (key: string, zh: string, en: string) => [fault('modbus.address', [...path, key], zh, en)];
  if ('pdu' in address) {
    if (table !== undefined) return [];
    return at(
      'address',
      '协议地址 pdu 需要写明 table（coil、discrete、holding、input）',
      'a pdu address needs its table (coil, discrete, holding, input)',
    );
  }
  const number = address.modicon;
  const place = ofModicon(number);
  if (!place)
    return at(
      'address',
      `Modicon 地址 ${number} 不存在；请写成 40001 或 400001 的形式`,
      `there is no Modicon address ${number}; write 40001 or 400001`,
    );
  if (table !== undefined && table !== place.table) {
    return at(
      'table',
      `Modicon 地址 ${number} 属于 ${place.table}，与 table: ${table} 矛盾`,
      `${number} lies in ${place.table}, but table says ${table}`,
    );
  }
  if (number >= 10_000 || table !== undefined) return [];
  const register = `4${String(number).padStart(4, '0')}`;
  const zh = `modicon: ${number} 会被当作线圈；若是线圈请写 table: coil，若是寄存器请写 ${register} 或 pdu: ${number - 1}`;
  const en = `modicon: ${number} reads as coil ${number}; say table: coil, or write a register as ${register} or pdu: ${number - 1}`;
  return at('address', zh, en);
}

function ofTopic(read: MqttRead, path: Path): Finding[] {
  const unknown = [...read.topic.matchAll(/\{([^}]*)\}/g)]
    .map((match) => match[1]!)
    .filter((name) => name !== 'meter' && name !== 'channel');
  if (read.topic !== '' && !/[+#\0]/.test(read.topic) && unknown.length === 0) return [];
  const zh = `主题“${read.topic}”应是一个确定的主题：不含 + 和 #，只能用 {meter}、{channel}`;
  return [
    fault(
      'mqtt.topic',
      [...path, 'topic'],
      zh,
      `the topic "${read.topic}" should name one topic: no + or #, and only {meter} and {channel}`,
    ),
  ];
}
