import { isIP } from 'node:net';
import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault, warning } from '../finding.ts';
import type { Device } from '../schema.ts';
import { durationMs } from '../time.ts';

type Modbus = Extract<Device, { protocol: `modbus-${string}` }>;
type Listening = Extract<Device, { protocol: 'modbus-listen' }>;

const isListening = (device: Device): device is Listening => device.protocol === 'modbus-listen';

/** A device can be reached as it is written: ranges rise, callers can be told apart, a certificate comes with its key, time passes. */
export function deviceFindings(draft: Draft): Finding[] {
  return [
    ...draft.devices.flatMap(({ item, path }) => [
      ...ofTime(item, path),
      ...(item.protocol.startsWith('modbus-') ? ofRegisters(item as Modbus, path) : []),
      ...ofProofs(item, path),
      ...('path' in item ? ofPort(item.path, path) : []),
      ...(item.protocol === 'mqtt' ? ofBroker(item.url, path) : []),
      ...(isListening(item) ? ofSigns(item, path) : []),
    ]),
    ...callersAlike(draft),
    ...draft.channels.flatMap(({ item: { read }, path }) => {
      const at: Path = [...path, 'read'];
      const found: Finding[] = [];
      if (read?.every !== undefined && durationMs(read.every) === 0)
        found.push(fault('read.every', [...at, 'every'], '周期不能是 0', 'an interval cannot be 0'));
      if (read !== undefined && read.scale === 0)
        found.push(fault('read.scale', [...at, 'scale'], 'scale: 0 会使每个读数都是 0', 'scale: 0 makes each reading 0'));
      return found;
    }),
  ];
}

function ofTime(device: Device, path: Path): Finding[] {
  if (!('timeout' in device) || durationMs(device.timeout) > 0) return [];
  return [
    fault('device.timeout', [...path, 'timeout'], 'timeout 不能是 0：没有应答来得及', 'timeout cannot be 0: no answer would be in time'),
  ];
}

function ofRegisters(device: Modbus, path: Path): Finding[] {
  const found: Finding[] = [];
  for (const key of ['forbidden', 'clearOnRead'] as const) {
    for (const [index, { from, to }] of device[key].entries()) {
      if (from <= to) continue;
      const zh = `from ${from} 大于 to ${to}：不含任何寄存器`;
      found.push(fault('device.range', [...path, key, index], zh, `from ${from} is beyond to ${to}: there is no register in it`));
    }
  }
  for (const unit of Object.keys(device.unitLimits)) {
    if (Number(unit) <= 255) continue;
    found.push(fault('device.unit', [...path, 'unitLimits', unit], '单元地址为 0…255', 'units are 0 … 255', 'key'));
  }
  return found;
}

/** A certificate proves nothing without its key. */
function ofProofs(device: Device, path: Path): Finding[] {
  const [proofs, at] =
    device.protocol === 'mqtt' ? [device, path] : [device.protocol === 'modbus-tcp' ? device.tls : undefined, [...path, 'tls']];
  if (proofs === undefined || (proofs.cert === undefined) === (proofs.key === undefined)) return [];
  return [fault('device.certificate', at, 'cert（证书）和 key（私钥）要一起写', 'cert and key belong together')];
}

/** The system numbers such ports anew as adapters come and go. */
function ofPort(port: string, path: Path): Finding[] {
  if (!/^\/dev\/tty(USB|ACM)\d+$/.test(port)) return [];
  const zh = `${port} 在重插或重启后可能换成另一个适配器；请用 /dev/serial/by-id/ 下的路径`;
  return [
    warning('device.port', [...path, 'path'], zh, `${port} may be another adapter after a restart; use its path under /dev/serial/by-id/`),
  ];
}

function ofBroker(url: string, path: Path): Finding[] {
  if (/^(mqtts?|wss?):\/\/[^/\s]+/.test(url)) return [];
  const zh = `“${url}”不是代理的地址；请写成 mqtt://主机:1883 或 mqtts://主机:8883`;
  return [fault('mqtt.url', [...path, 'url'], zh, `"${url}" is no broker's address; write mqtt://host:1883 or mqtts://host:8883`)];
}

function ofSigns({ caller, heartbeat }: Listening, path: Path): Finding[] {
  const found: Finding[] = [];
  const bytes = (text: string, at: Path) => {
    if (!/^0x/i.test(text) || /^0x([0-9a-f]{2})+$/i.test(text)) return;
    found.push(fault('modbus.bytes', at, `“${text}”不是整数个字节；请写成 0x0a1b`, `"${text}" is no whole number of bytes; write 0x0a1b`));
  };
  if ('registration' in caller) bytes(caller.registration, [...path, 'caller', 'registration']);
  if (heartbeat !== undefined) bytes(heartbeat, [...path, 'heartbeat']);
  if ('address' in caller && isIP(caller.address) === 0) {
    const zh = `“${caller.address}”不是 IP 地址；DTU 按它呼入的地址识别`;
    const en = `"${caller.address}" is no IP address; a DTU is known by the one from which it calls`;
    found.push(fault('modbus.caller', [...path, 'caller', 'address'], zh, en));
  }
  return found;
}

/** Two DTUs that call at one port by the same sign cannot be told apart. */
function callersAlike(draft: Draft): Finding[] {
  const known = new Map<string, string>();
  return draft.devices.flatMap(({ item, path }) => {
    if (!isListening(item)) return [];
    const sign = JSON.stringify([item.listen.port, item.caller]);
    const other = known.get(sign);
    known.set(sign, other ?? item.id);
    if (other === undefined || other === item.id) return [];
    const zh = `与设备 ${other} 用同一个注册包或地址，无法区分`;
    return [fault('modbus.caller', [...path, 'caller'], zh, `known by the same sign as ${other}: they cannot be told apart`)];
  });
}
