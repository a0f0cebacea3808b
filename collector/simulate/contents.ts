import { convert } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Factor, Medium, Stream } from '../../config/plant/schema.ts';
import { Fault } from '../../config/words/fault.ts';
import { normalOf } from './chance.ts';

/** The true value behind a factor: what the file says, off by a draw from its standard uncertainty. */
export function trueFactor(seed: number, name: string, factor: Factor): number {
  return factor.u === 0 ? factor.value : factor.value + factor.u * normalOf(seed, 'factor', name);
}

/** What one unit of a stream truly holds in the unit of a balance; 0 where it holds none. */
export function trueContent(
  plant: Plant,
  seed: number,
  concentrations: Readonly<Record<string, number>>,
  stream: Stream,
  balance: string,
): number {
  const medium = plant.media.get(stream.medium) as Medium;
  const own = stream.content[balance];
  if (own === undefined) return contentOfMedium(seed, medium, balance);
  if (typeof own === 'number') return own;
  if (own === 'unmeasured') throw unknownContent(stream.id);
  if ('steam' in own) throw ofState(stream.id);
  if ('composites' in own) throw ofComposites(stream.id);
  if (!('meter' in own)) return trueFactor(seed, `${stream.id}/${balance}`, own);
  const value = concentrations[own.meter];
  const channel = plant.channels.get(own.meter);
  const unit = plant.balances.get(balance)?.unit;
  if (value === undefined || channel === undefined || unit === undefined) {
    throw new Fault({
      code: 'simulation.concentration',
      place: own.meter,
      zh: `模拟文件 concentrations 中缺少 ${own.meter} 的真值`,
      en: `the simulation file has no true value of ${own.meter} in concentrations`,
    });
  }
  return convert(value, channel.unit, `${unit}/${medium.unit}`);
}

/** The same for what a stock holds. */
export function contentOfMedium(seed: number, medium: Medium, balance: string): number {
  const content = medium.content[balance];
  if (content === undefined) return 0;
  if (typeof content === 'number') return content;
  if (content === 'unmeasured') throw unknownContent(medium.id);
  if ('steam' in content) throw ofState(medium.id);
  if ('composites' in content) throw ofComposites(medium.id);
  if ('meter' in content) {
    throw new Fault({
      code: 'simulation.concentration',
      place: medium.id,
      zh: `模拟暂不支持介质 ${medium.id} 以浓度计为含量，请写在物流上`,
      en: `a simulation wants the concentration meter at the stream, not at the medium ${medium.id}`,
    });
  }
  return trueFactor(seed, `${medium.id}/${balance}`, content);
}

/** What a simulation does not do: hold a state of steam. */
function ofState(place: string): Fault {
  return new Fault({
    code: 'simulation.steam',
    place,
    zh: `模拟不按状态计算蒸汽焓（${place}），请在模拟用的企业文件中写数值`,
    en: `a simulation does not compute the enthalpy of steam from its state (${place}); give a number in the plant file that is simulated`,
  });
}

/** Nor: what nobody measures, it cannot know. */
function unknownContent(place: string): Fault {
  return new Fault({
    code: 'simulation.content',
    place,
    zh: `模拟需要含量的真值，而 ${place} 的含量写作 unmeasured；请在模拟用的企业文件中写数值`,
    en: `a simulation needs the true content, which is unmeasured of ${place}; give a number in the plant file that is simulated`,
  });
}

/** Nor: draw composite samples. */
function ofComposites(place: string): Fault {
  return new Fault({
    code: 'simulation.composites',
    place,
    zh: `模拟不生成混合样（${place}），请在模拟用的企业文件中写数值`,
    en: `a simulation draws no composite samples (${place}); give a number in the plant file that is simulated`,
  });
}
