import { systemClock } from '../collector/sources/clock.ts';
import { isModbus, type ModbusDevice } from '../collector/sources/modbus/device.ts';
import type { Outcome } from '../collector/sources/modbus/link.ts';
import { openSession, type Session, type Traced } from '../collector/sources/modbus/session.ts';
import type { Plant } from '../config/plant/plant.ts';
import { Fault } from '../config/words/fault.ts';
import { nearest } from '../config/words/nearest.ts';

/** @throws Fault where the plant has no such device, or it does not speak Modbus. */
export function modbusDevice(plant: Plant, id: string): ModbusDevice {
  const device = plant.devices.get(id);
  if (device === undefined) {
    const near = nearest(id, [...plant.devices.keys()]);
    const [zh, en] = near === undefined ? ['', ''] : [`，是否应为“${near}”？`, `; did you mean "${near}"?`];
    throw new Fault({ code: 'probe.device', place: plant.path, zh: `没有设备“${id}”${zh}`, en: `there is no device "${id}"${en}` });
  }
  if (isModbus(device)) return device;
  throw new Fault({
    code: 'probe.protocol',
    place: plant.path,
    zh: `设备 ${id} 用 ${device.protocol}，只能试读 Modbus 设备`,
    en: `${id} speaks ${device.protocol}; only Modbus devices are probed`,
  });
}

/** Runs questions over one session and ends it. A connection that cannot be opened becomes a Fault that says so. */
export async function withSession<T>(
  device: ModbusDevice,
  plant: Plant,
  timeoutMs: number | undefined,
  ask: (session: Session) => Promise<T>,
): Promise<T> {
  const session = openSession(device, plant, systemClock, timeoutMs);
  try {
    return await ask(session);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Fault({
      code: 'probe.connection',
      place: device.id,
      zh: `无法连接：${why}；请检查地址和接线，串口是否被正在运行的采集器占用`,
      en: `no connection: ${why}; check address and wiring, and whether a running collector holds the port`,
      exitStatus: 1,
      cause,
    });
  } finally {
    await session.close();
  }
}

/** An outcome in words. */
export function spoken(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'data':
      return outcome.data.toString('hex').replace(/(.{4})(?=.)/g, '$1 ');
    case 'exception':
      return `异常 exception ${outcome.code}`;
    case 'silence':
      return '无应答 no answer';
    default:
      return outcome.why;
  }
}

/** Bytes as pairs of hex digits, ours and theirs. */
export const frameText = ({ direction, bytes }: Traced): string => `${direction} ${bytes.toString('hex').replace(/(..)(?=.)/g, '$1 ')}`;
