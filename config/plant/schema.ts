import { z } from 'zod';
import { campaignSchema } from './campaign.ts';
import { deviceSchema } from './devices.ts';
import { balanceSchema, mediumSchema, streamSchema } from './flows.ts';
import { type channelSchema, meterSchema } from './meters.ts';
import { auditRoundSchema, optionSchema } from './options.ts';
import { type Outfall as OutfallFields, outfallSchema } from './outfalls.ts';
import { priceSchema } from './prices.ts';
import { productionSchema } from './production.ts';
import { productSchema } from './products.ts';
import type { cjt188ReadSchema, dlt645ReadSchema, hj212ReadSchema, modbusReadSchema, mqttReadSchema } from './reads.ts';
import { registerSchema } from './register.ts';
import { reportScheduleSchema } from './reports.ts';
import { stockSchema } from './stocks.ts';
import { journalSchema, storeSchema } from './stores.ts';
import { telemetrySchema } from './telemetry.ts';
import { ENERGY_STAGES } from './use.ts';
import { channelId, type factor, id, instant, label } from './values.ts';
import { workingSchema } from './working.ts';

export { deviceSchema } from './devices.ts';
export { balanceSchema, mediumSchema, streamSchema } from './flows.ts';
export { channelSchema, meterSchema } from './meters.ts';
export { outfallSchema } from './outfalls.ts';
export { cjt188ReadSchema, dlt645ReadSchema, hj212ReadSchema, modbusReadSchema, mqttReadSchema } from './reads.ts';
export { stockSchema } from './stocks.ts';
export { storeSchema } from './stores.ts';
export { channelId, id } from './values.ts';

/**
 * The plant file, version 1: one zod schema gives the check, the form and the documentation.
 *
 * Ids are what other parts of the file refer to. Instants are ISO 8601 with an offset, or a date, which means the plant's midnight.
 * Quantities carry their unit in a field `unit`, spelled as in config/measures.
 */

/** Outside the plant, as an end of a stream. */
export const ENV = 'ENV';

export const unitSchema = z.strictObject({
  id,
  name: label,
  level: z.enum(['plant', 'workshop', 'equipment']),
  parent: id.optional().describe('the unit this one belongs to; the plant has none'),
  auditFocus: z.boolean().default(false).describe('审核重点'),
  main: z.boolean().default(true).describe('a main sub-unit or main equipment (主要次级用能单位, 主要用能设备)'),
  minor: z.string().min(1).optional().describe('the evidence for main: false'),
  treatment: z.boolean().optional().describe('end-of-pipe treatment 末端治理: what enters it was generated, what leaves it is discharged'),
  efficiency: z.boolean().optional().describe('show its energy efficiency, direct and indirect'),
  energy: z
    .enum(ENERGY_STAGES)
    .optional()
    .describe('its place in the energy table: conversion 加工转换, distribution 输送分配, use 终端使用; counts for what belongs to it'),
  load: z
    .array(
      z.strictObject({
        kind: z.string(),
        value: z.number(),
        unit: z.string(),
        hoursPerYear: z.number().positive().max(8784).optional().describe('full-load hours a year, to compare with a yearly limit'),
      }),
    )
    .default([])
    .describe('rated consumption by kind'),
  requires: z
    .array(z.strictObject({ kind: z.string(), evidence: z.string().min(1) }))
    .optional()
    .describe('points beyond what streams and loads ask for, e.g. those that an officer demanded'),
});

export const pointSchema = z.strictObject({
  id,
  name: label,
  kind: z.string().describe('energy or material kind, as the metering rule names it: electricity, coal, steam, water, gas-material, …'),
  level: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  unit: id.describe('the unit whose boundary or equipment it measures'),
  meters: z
    .array(
      z.strictObject({
        meter: channelId,
        role: z.enum(['main', 'check']).default('main'),
        from: instant.optional(),
        to: instant.optional(),
      }),
    )
    .default([]),
  exempt: z.strictObject({ by: z.string().describe('exemption of the rule, e.g. auxiliary-small'), evidence: z.string() }).optional(),
  streams: z.array(id).optional().describe('streams that it measures together, where their own amounts do not name its meter'),
  sharedWith: id.optional().describe('the other point that the same meter serves, where it stands between two workshops'),
});

export const plantSchema = z.strictObject({
  liangheng: z.literal(1).describe('version of this format'),
  plant: z.strictObject({
    id,
    name: label,
    jurisdiction: z.string().describe('id of the jurisdiction in config/rules'),
    offset: z
      .string()
      .regex(/^[+-]\d\d:\d\d$/)
      .default('+08:00'),
    productionDay: z
      .string()
      .regex(/^\d\d:\d\d$/)
      .default('00:00')
      .describe('when the production day starts'),
    working: workingSchema.optional().describe('shifts and production cycles'),
    simulated: z.boolean().default(false).describe('true: every reading is marked as simulated wherever it is shown'),
    register: registerSchema.optional(),
    at: instant.optional().describe('the date on which dated rules and factors are looked up; default: the end of the window'),
  }),
  units: z.array(unitSchema),
  media: z.array(mediumSchema).default([]),
  meters: z.array(meterSchema).default([]),
  points: z.array(pointSchema).default([]),
  streams: z.array(streamSchema).default([]),
  stocks: z.array(stockSchema).default([]),
  balances: z.array(balanceSchema).default([]),
  products: z.array(productSchema).optional(),
  prices: z.array(priceSchema).optional().describe('prices of media, dated'),
  production: z.array(productionSchema).optional().describe('records of normal production'),
  campaigns: z.array(campaignSchema).optional().describe('test campaigns'),
  auditRound: auditRoundSchema.optional().describe('the round of the audit that the options belong to'),
  options: z.array(optionSchema).optional().describe('register of cleaner-production options (方案台账)'),
  reports: z.array(reportScheduleSchema).optional().describe('reports that `run` writes by itself'),
  outfalls: z.array(outfallSchema).default([]),
  devices: z.array(deviceSchema).default([]),
  journal: journalSchema.optional(),
  stores: z.array(storeSchema).default([{ engine: 'duckdb', threads: 1, memory: '512MB' }]),
  telemetry: telemetrySchema
    .optional()
    .describe('pushes the figures of /metrics by OpenTelemetry; without it, the OTEL_… variables say where'),
  officeValues: z
    .record(z.string(), z.number())
    .default({})
    .describe('values that a rule leaves to an office (※), e.g. other-material/2: 90, with evidence in the ledger'),
});

export type PlantFile = z.output<typeof plantSchema>;
export type Unit = z.output<typeof unitSchema>;
export type Meter = z.output<typeof meterSchema>;
export type ChannelFields = z.output<typeof channelSchema>;
export type ModbusRead = z.output<typeof modbusReadSchema>;
export type MqttRead = z.output<typeof mqttReadSchema>;
export type Hj212Read = z.output<typeof hj212ReadSchema>;
export type Dlt645Read = z.output<typeof dlt645ReadSchema>;
export type Cjt188Read = z.output<typeof cjt188ReadSchema>;
export type Read = NonNullable<z.output<typeof channelSchema>['read']>;
export type MeteringPoint = z.output<typeof pointSchema>;
export type Medium = z.output<typeof mediumSchema>;
export type Stream = z.output<typeof streamSchema>;
export type Stock = z.output<typeof stockSchema>;
export type BalanceDefinition = z.output<typeof balanceSchema>;
export type Outfall = OutfallFields;
export type Device = z.output<typeof deviceSchema>;
export type StoreDefinition = z.output<typeof storeSchema>;
export type Factor = z.output<typeof factor>;
export type Label = z.output<typeof label>;
