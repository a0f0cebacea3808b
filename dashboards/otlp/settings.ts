import { dirname } from 'node:path';
import { programVersion } from '../../balance/report/version.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { readSecret } from '../../config/plant/secret.ts';
import type { Telemetry } from '../../config/plant/telemetry.ts';
import { durationMs } from '../../config/plant/time.ts';
import { Fault } from '../../config/words/fault.ts';

/** Where and how figures are pushed. */
export interface OtlpSettings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: boolean;
  readonly gzip: boolean;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** Attributes of what the figures are about. */
  readonly resource: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const LOOPBACK: readonly string[] = ['127.0.0.1', '[::1]', 'localhost'];

/**
 * What the plant file says under `telemetry`, and where it says nothing the standard variables of OpenTelemetry; null where neither names
 * an endpoint, or OTEL_SDK_DISABLED or OTEL_METRICS_EXPORTER turn it off. A variable for metrics alone goes before the general one.
 *
 * @throws Fault telemetry.variable, telemetry.in-the-clear; secret.environment, secret.file
 * @source OpenTelemetry specification 1.x: OTLP exporter, SDK environment variables
 */
export function otlpSettings(plant: Pick<Plant, 'id' | 'path'>, own: Telemetry | undefined, env: Environment): OtlpSettings | null {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return null;
  const url = own === undefined ? endpointOf(env) : signalUrl(own.endpoint);
  if (url === null) return null;
  const of = (name: string): string | undefined => env[`OTEL_EXPORTER_OTLP_METRICS_${name}`] || env[`OTEL_EXPORTER_OTLP_${name}`];
  const secrets = Object.entries(own?.headers ?? {}).map(([name, from]) => [
    name.toLowerCase(),
    readSecret(from, dirname(plant.path), 'telemetry'),
  ]);
  const headers = {
    ...pairsOf('OTEL_EXPORTER_OTLP_HEADERS', of('HEADERS') ?? '', (key) => key.toLowerCase()),
    ...Object.fromEntries(secrets),
  };
  const { protocol, hostname } = new URL(url);
  if (Object.keys(headers).length > 0 && protocol !== 'https:' && !LOOPBACK.includes(hostname)) {
    throw new Fault({
      code: 'telemetry.in-the-clear',
      place: url,
      zh: '请求头（口令）将以明文离开本机：请用 https',
      en: 'headers, which are secrets, would leave this machine in the clear: use https',
    });
  }
  return {
    url,
    headers,
    json: oneOf('PROTOCOL', own?.protocol ?? of('PROTOCOL') ?? 'http/protobuf', ['http/protobuf', 'http/json']) === 'http/json',
    gzip: oneOf('COMPRESSION', of('COMPRESSION') ?? 'none', ['none', 'gzip']) === 'gzip',
    everyMs: own?.every === undefined ? positive('OTEL_METRIC_EXPORT_INTERVAL', env, 60_000) : durationMs(own.every),
    timeoutMs: positive(
      env.OTEL_EXPORTER_OTLP_METRICS_TIMEOUT ? 'OTEL_EXPORTER_OTLP_METRICS_TIMEOUT' : 'OTEL_EXPORTER_OTLP_TIMEOUT',
      env,
      10_000,
    ),
    resource: resourceOf(plant.id, env),
  };
}

/** The address of metrics: that of one's own as it stands, the general one with their path. */
function endpointOf(env: Environment): string | null {
  const exporters = env.OTEL_METRICS_EXPORTER;
  if (exporters && !exporters.split(',').some((name) => name.trim() === 'otlp')) return null;
  const [signal, base] = [env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, env.OTEL_EXPORTER_OTLP_ENDPOINT];
  for (const [name, text] of Object.entries({ METRICS_ENDPOINT: signal, ENDPOINT: base })) {
    if (text && !/^https?:\/\/[^/?#@]+([/?#]|$)/.test(text)) throw wrong(`OTEL_EXPORTER_OTLP_${name}`, text, 'http://host:4318');
  }
  if (signal) return new URL(signal).href;
  return base ? signalUrl(base) : null;
}

const signalUrl = (base: string): string => new URL('v1/metrics', base.endsWith('/') ? base : `${base}/`).href;

/** `key=value,key2=value2` with values in percent encoding. */
function pairsOf(name: string, text: string, keyOf: (key: string) => string = (key) => key): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const at = part.indexOf('=');
    const key = part.slice(0, Math.max(at, 0)).trim();
    try {
      if (key === '') throw new SyntaxError('no key');
      pairs[keyOf(key)] = decodeURIComponent(part.slice(at + 1).trim());
    } catch {
      // What it holds may be a secret and is not repeated.
      throw wrong(name, '…', 'key=value,key2=value2');
    }
  }
  return pairs;
}

function resourceOf(plant: string, env: Environment): Record<string, string> {
  const attributes = pairsOf('OTEL_RESOURCE_ATTRIBUTES', env.OTEL_RESOURCE_ATTRIBUTES ?? '');
  const service = env.OTEL_SERVICE_NAME || attributes['service.name'] || 'liangheng';
  return { 'service.version': programVersion(), 'service.instance.id': plant, ...attributes, 'service.name': service };
}

function positive(name: string, env: Environment, otherwise: number): number {
  const text = env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) throw wrong(name, text, '60000');
  return value;
}

function oneOf(name: string, value: string, known: readonly string[]): string {
  if (!known.includes(value)) throw wrong(`OTEL_EXPORTER_OTLP_${name}`, value, known.join(', '));
  return value;
}

function wrong(name: string, value: string, expected: string): Fault {
  return new Fault({
    code: 'telemetry.variable',
    place: name,
    zh: `环境变量的值“${value}”不可用；应为：${expected}`,
    en: `the variable’s value ${value} cannot be used; expected: ${expected}`,
  });
}
