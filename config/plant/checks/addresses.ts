import { ofModicon, placeOf, widthOf } from '../address.ts';
import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import type { ModbusRead, MqttRead } from '../schema.ts';

/** Addresses mean one register and no other, a byte order fits its type, a topic names one topic. */
export function addressFindings(draft: Draft): Finding[] {
  return draft.channels.flatMap(({ item, path }) => {
    if (item.read === undefined) return [];
    const at: Path = [...path, 'read'];
    return 'topic' in item.read ? ofTopic(item.read, at) : ofRegister(item.read, at);
  });
}

function ofRegister(read: ModbusRead, path: Path): Finding[] {
  const found: Finding[] = [];
  const add = (key: string, zh: string, en: string) => found.push(fault('modbus.address', [...path, key], zh, en));
  if ('modicon' in read.address) {
    const number = read.address.modicon;
    const place = ofModicon(number);
    if (!place)
      add(
        'address',
        `Modicon 地址 ${number} 不存在；请写成 40001 或 400001 的形式`,
        `there is no Modicon address ${number}; write 40001 or 400001`,
      );
    else if (read.table !== undefined && read.table !== place.table) {
      add(
        'table',
        `Modicon 地址 ${number} 属于 ${place.table}，与 table: ${read.table} 矛盾`,
        `${number} lies in ${place.table}, but table says ${read.table}`,
      );
    } else if (number < 10_000 && read.table === undefined) {
      const en = `modicon: ${number} reads as coil ${number}; say table: coil, or write a register as 4${String(number).padStart(4, '0')} or pdu: ${number - 1}`;
      add(
        'address',
        `modicon: ${number} 会被当作线圈；若是线圈请写 table: coil，若是寄存器请写 4${String(number).padStart(4, '0')} 或 pdu: ${number - 1}`,
        en,
      );
    }
  } else if (read.table === undefined) {
    add(
      'address',
      '协议地址 pdu 需要写明 table（coil、discrete、holding、input）',
      'a pdu address needs its table (coil, discrete, holding, input)',
    );
  }
  const place = placeOf(read);
  const width = widthOf(read.type);
  if (place && place.address + width > 65_536) add('address', '数据超出第 65536 个寄存器', 'the value reaches beyond register 65536');
  if (place && read.type !== 'bit' && (place.table === 'coil' || place.table === 'discrete')) {
    found.push(fault('modbus.type', [...path, 'type'], `${place.table} 只能读 type: bit`, `${place.table} holds bits: type is bit`));
  }
  if (place && read.type === 'bit' && (place.table === 'holding' || place.table === 'input') && read.bit === undefined) {
    found.push(
      fault('modbus.type', [...path, 'type'], '读寄存器中的位需要写明 bit: 0…15', 'a bit of a register needs its number, bit: 0…15'),
    );
  }
  if (read.bit !== undefined && read.type !== 'bit') {
    found.push(
      fault(
        'modbus.type',
        [...path, 'bit'],
        `type: ${read.type} 不用 bit；若读一位请写 type: bit`,
        `${read.type} takes no bit; to read one bit say type: bit`,
      ),
    );
  }
  if (
    read.order !== undefined &&
    (read.order.length !== width * 2 || (place?.table !== undefined && place.table !== 'holding' && place.table !== 'input'))
  ) {
    const zh = `字节序 ${read.order} 有 ${read.order.length} 个字节，${read.type} 有 ${width * 2} 个`;
    found.push(
      fault(
        'modbus.order',
        [...path, 'order'],
        zh,
        `the order ${read.order} has ${read.order.length} bytes, a ${read.type} has ${width * 2}`,
      ),
    );
  }
  return found;
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
