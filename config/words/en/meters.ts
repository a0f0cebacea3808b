import type { meters as zh } from '../zh/meters.ts';

/** Kinds of meters, and a totaliser against its own rate. */
export const meters: Readonly<Record<keyof typeof zh, string>> = {
  // Meter templates
  'meterCategory.electricity': 'electricity',
  'meterCategory.electromagnetic-flow': 'electromagnetic flow',
  'meterCategory.ultrasonic-flow': 'ultrasonic flow',
  'meterCategory.coriolis-flow': 'Coriolis flow',
  'meterCategory.vortex-flow': 'vortex flow',
  'meterCategory.thermal-mass-flow': 'thermal mass flow',
  'meterCategory.turbine-flow': 'turbine flow',
  'meterCategory.heat': 'heat',
  'meterCategory.gas': 'gas',
  'meterCategory.weighing': 'weighing',
  'meterCategory.water-quality': 'water quality',
  // a totaliser against its own rate
  'agreement.agrees': 'agrees',
  'agreement.disagrees': 'disagrees',
  'agreement.too-little': 'too little flow to say',
  'agreement.stands-still': 'one of the two stands still',
  'agreement.declared-ratio': 'a declared ratio is missing or counted twice',
  'agreement.decimal-point': 'decimal point',
  'agreement.time-unit': 'unit of time',
  'agreement.constant-factor': 'a constant: ratio, pulse constant or compensation',
  'agreement.no-constant': 'no constant factor',
};
