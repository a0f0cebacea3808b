/** A plant with one stack, whose SO₂ an instrument reports over HJ 212. */
export const ONE_STACK = `
liangheng: 1
plant: { id: stack, name: 试验厂, jurisdiction: yunnan }
units: [{ id: P, name: 厂, level: plant }]
meters:
  - id: SO2
    name: 二氧化硫
    kind: concentration
    unit: mg/m3
    read: { device: bureau, station: "010000A8900016F000169DC0", code: a21026, value: Avg, period: minute, every: 10min }
outfalls:
  - id: DA001
    name: 烟囱
    unit: P
    kind: gas
    monitored: { a21026: SO2 }
    limits: [{ code: a21026, value: 50, unit: mg/m3, basis: hour, source: 排污许可证 }]
devices:
  - { id: bureau, protocol: hj212, listen: { port: 9001 }, stations: [{ mn: "010000A8900016F000169DC0", password: { env: PW } }] }
`;
