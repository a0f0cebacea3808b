/** The least plant that has a balance: water enters by one meter and leaves by another. */
export const twoMeters = (id = 'two-meters'): string => `
liangheng: 1
plant: { id: ${id}, name: 试验厂, jurisdiction: yunnan }
units: [{ id: P, name: 厂, level: plant }]
media: [{ id: water, name: 水, unit: m3, content: { water: 1 } }]
meters:
  - { id: IN, name: 进水, kind: counter, unit: m3, accuracy: { class: "1", percentOfReading: 1 }, maxGap: 30min }
  - { id: OUT, name: 出水, kind: counter, unit: m3, accuracy: { class: "1", percentOfReading: 1 }, maxGap: 30min }
streams:
  - { id: in, name: 进水, from: ENV, to: P, medium: water, amount: { by: meter, meter: IN } }
  - { id: out, name: 出水, from: P, to: ENV, medium: water, amount: { by: meter, meter: OUT } }
balances: [{ id: water, kind: water, unit: m3 }]
`;
