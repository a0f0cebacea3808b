import { isUnit } from '../measures/units.ts';
import { widthOf } from '../plant/address.ts';
import { Fault } from '../words/fault.ts';
import type { Template } from './template.ts';

/**
 * What is wrong with a template, beyond its shape: no main reading, unknown units, values that reach into each other or beyond the table,
 * a byte order that does not fit or is left out without a word, examples of no channel.
 *
 * @param place of the template, for the faults.
 */
export function lintTemplate(template: Template, place: string): Fault[] {
  const faults: Fault[] = [];
  const say = (code: string, at: string, zh: string, en: string) => faults.push(new Fault({ code, place: `${place} ${at}`, zh, en }));
  const channels = Object.entries(template.channels);
  if (!('main' in template.channels)) say('template.main', template.id, '缺少 main 通道', 'there is no channel main');
  for (const [name, channel] of channels) {
    const { unit, kind } = channel;
    if (kind !== 'state' && !isUnit(unit)) say('template.unit', name, `不认识的单位 ${unit}`, `unknown unit ${unit}`);
    for (const { pdu, type, order } of partsOf(channel)) {
      const width = widthOf(type);
      if (pdu + width > 65_536) say('template.address', name, '超出地址 65535', 'reaches beyond address 65535');
      if (order !== undefined && order.length !== width * 2)
        say('template.order', name, `${type} 与字节序 ${order} 不符`, `${order} does not fit ${type}`);
      if (order === undefined && width > 1 && !template.unstated.includes('order')) {
        say('template.order', name, '没有字节序，也未写明 unstated: [order]', 'has no byte order, and unstated does not say so');
      }
    }
    for (const [other, at] of channels) {
      if (other <= name || !partsOf(at).some((theirs) => partsOf(channel).some((own) => overlap(own, theirs)))) continue;
      say('template.overlap', name, `与 ${other} 的寄存器重叠`, `shares registers with ${other}`);
    }
  }
  for (const { channel, registers } of template.examples) {
    const type = template.channels[channel]?.type;
    if (type !== undefined && template.channels[channel]?.plus === undefined && registers.split(' ').length === widthOf(type)) continue;
    say('template.example', channel, '例子的通道或寄存器个数不对', 'the example’s channel or number of registers is wrong');
  }
  return faults;
}

type Channel = Template['channels'][string];
type Part = Pick<Channel, 'pdu' | 'type' | 'order'>;

const partsOf = (channel: Channel): readonly Part[] => (channel.plus === undefined ? [channel] : [channel, channel.plus]);

const overlap = (a: Part, b: Part): boolean => a.pdu < b.pdu + widthOf(b.type) && b.pdu < a.pdu + widthOf(a.type);
