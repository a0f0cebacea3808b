import { gasReference } from '../../measures/gas-reference.ts';
import { amountUnitOf, isConvertible, isUnit } from '../../measures/units.ts';
import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import type { Gas } from '../gas.ts';
import { stateFindings } from './steam.ts';

/** A gas brought to reference conditions has a unit that says which, and a state that suffices where it is done or recomputed here. */
export function gasFindings(draft: Draft): Finding[] {
  return draft.streams.flatMap(({ item: { amount, medium }, path }): Finding[] => {
    if (amount.by !== 'meter' || amount.gas === undefined) return [];
    const unit = draft.media.find(({ item }) => item.id === medium)?.item.unit;
    return ofGas(draft, amount.gas, unit, [...path, 'amount', 'gas']);
  });
}

function ofGas(draft: Draft, { compensated, raw, state }: Gas, unit: string | undefined, at: Path): Finding[] {
  const found: Finding[] = [];
  const reference = unit === undefined || !isUnit(unit) ? undefined : gasReference(unit);
  if (reference === null) {
    const zh = `温压补偿需要带参比条件的介质单位（Nm3、m3@20 及其 dry、wet），${unit} 不是`;
    found.push(
      fault('gas.unit', at, zh, `a compensated gas needs a unit with reference conditions (Nm3, m3@20, …dry, …wet); ${unit} has none`),
    );
  }
  if (compensated === 'here' ? state === undefined || raw !== undefined : (state === undefined) !== (raw === undefined)) {
    const zh = 'compensated: here 需要 state 且不用 raw；在别处补偿的，state 与 raw 应同时给出（用于复算）或都不给';
    const en = 'compensated: here needs a state and no raw; done elsewhere, state and raw are given both (to recompute it) or not at all';
    found.push(fault('gas.state', at, zh, en));
  }
  const channel = raw === undefined ? undefined : draft.channels.find(({ id }) => id === raw)?.item;
  if (channel !== undefined && isUnit(channel.unit)) {
    const counted = channel.kind === 'counter' ? channel.unit : channel.kind === 'rate' ? amountUnitOf(channel.unit) : null;
    if (counted === null || !isConvertible(counted, 'm3')) {
      const zh = `${raw} 应为以 m3 计的累计或流量（工况体积）`;
      found.push(fault('gas.raw', [...at, 'raw'], zh, `${raw} must be a counter or rate of m3 as they flow`));
    }
  }
  if (state === undefined) return found;
  const within: Path = [...at, 'state'];
  if (state.gauge !== (state.atmosphere !== undefined)) {
    const zh = state.gauge ? '表压须给出当地大气压 atmosphere' : '绝对压力不需要 atmosphere';
    const en = state.gauge ? 'a gauge pressure needs the atmosphere of the place' : 'an absolute pressure needs no atmosphere';
    found.push(fault('gas.atmosphere', within, zh, en));
  }
  if (reference != null && (reference.moisture === 'dry') !== (state.moisturePercent !== undefined)) {
    const zh = `moisturePercent 只用于干基单位且必须给出；${unit} ${reference.moisture === 'dry' ? '是' : '不是'}干基`;
    const en = `moisturePercent is for units of dry gas, which need it; ${unit} ${reference.moisture === 'dry' ? 'is' : 'is not'} one`;
    found.push(fault('gas.moisture', within, zh, en));
  }
  for (const [key, wanted] of [
    ['pressure', 'MPa'],
    ['atmosphere', 'kPa'],
    ['temperature', 'degC'],
  ] as const) {
    const given = state[key];
    if (given !== undefined) found.push(...stateFindings(draft, given, wanted, [...within, key]));
  }
  return found;
}
