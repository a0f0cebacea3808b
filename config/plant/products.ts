import { z } from 'zod';
import { factor, id, instant, label } from './values.ts';

/** What is produced: the amount that water and energy per unit of product are divided by. */
export const productSchema = z.strictObject({
  id,
  name: label,
  unit: z.string().describe('unit in which the production is counted, e.g. t'),
  streams: z.array(id).min(1).describe('streams whose amounts add up to what was produced or delivered'),
  stocks: z.array(id).optional().describe('stocks of it whose change is added: produced = delivered + what the stock grew'),
  perUnit: factor.optional().describe('product per converted unit of the streams, e.g. t of P2O5 per t of acid; default 1'),
  waterNorm: z.string().optional().describe('id of the intake norm in config/measures that it is held against'),
});

/** A measured calorific value of a fuel, dated; it stands before the default of the table. */
export const heatValueSchema = z
  .strictObject({
    from: instant.optional().describe('in force from; absent: always was. The latest counts'),
    value: z.number().positive(),
    u: z.number().nonnegative().describe('standard uncertainty, k = 1, in the unit of value'),
    unit: z.string().describe('energy per unit of the fuel, e.g. kJ/kg, MJ/Nm3'),
    basis: z
      .enum(['net-as-received', 'net-air-dried', 'net-dry'])
      .describe('收到基 Qnet,ar、空气干燥基 Qnet,ad、干燥基 Qnet,d; of a gas: net-as-received, at the conditions of its unit'),
    moisturePercent: z.number().min(0).lt(100).optional().describe('total moisture as received, Mar; needed on the other two bases'),
    moistureU: z.number().nonnegative().default(0).describe('its standard uncertainty, %'),
    analysisMoisturePercent: z
      .number()
      .min(0)
      .lt(100)
      .optional()
      .describe('moisture of the analysed sample, Mad; needed with net-air-dried'),
    sample: z.string().describe('how and when it was sampled and by whom analysed'),
  })
  .superRefine(({ basis, moisturePercent, analysisMoisturePercent }, context) => {
    const need = (path: string, missing: boolean) => {
      if (missing) context.addIssue({ code: 'custom', path: [path], message: `${basis} needs ${path}（该基准须给出水分）` });
    };
    need('moisturePercent', basis !== 'net-as-received' && moisturePercent === undefined);
    need('analysisMoisturePercent', basis === 'net-air-dried' && analysisMoisturePercent === undefined);
  });

/** What supplying one unit of an energy took, in kgce (等价值): never filled in from the calorific value. */
export const equivalentSchema = z.union([
  z.literal('primary').describe('a primary energy: nothing was converted, so that its equivalent is its calorific value'),
  z
    .array(
      z.strictObject({
        from: instant.optional(),
        kgce: z.number().positive().describe('kgce per unit of the medium'),
        u: z.number().nonnegative().default(0),
        source: z.string().describe('e.g. the coal rate of the power supply of the year'),
      }),
    )
    .min(1),
]);

/** Carbon dioxide that one unit of a medium stands for, by factors with their origin: none is shipped. */
export const carbonSchema = z
  .array(
    z.strictObject({
      from: instant.optional().describe('in force from; absent: always was. The latest counts'),
      kgCO2: z.number().nonnegative().describe('kg of CO2 per unit of the medium'),
      u: z.number().nonnegative().default(0).describe('standard uncertainty, k = 1, kg per unit'),
      source: z.string().min(1).describe('document, year and grid, or analysis of the carbon in it'),
    }),
  )
  .min(1);

export type Carbon = z.output<typeof carbonSchema>;
export type Product = z.output<typeof productSchema>;
export type HeatValue = z.output<typeof heatValueSchema>;
