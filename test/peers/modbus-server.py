"""Three units served by pymodbus; register i holds i but where VALUES says otherwise. Usage: modbus-server.py PORT|TTY tcp|rtu|ascii"""
import struct
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartSerialServer, StartTcpServer
from pymodbus.transaction import ModbusAsciiFramer, ModbusRtuFramer, ModbusSocketFramer

VALUES = {
    1000: struct.pack('>f', 12.5),
    1010: struct.pack('<f', -118.625),
    1020: struct.pack('>d', 2.718281828459045),
    1030: struct.pack('>q', -123456789012),
    1040: struct.pack('>I', 4000000000),
    1050: bytes.fromhex('00123456'),
    1060: struct.pack('>f', float('nan')),
    1070: struct.pack('>h', -7),
}


def words():
    block = [i & 0xFFFF for i in range(65536)]
    for address, value in VALUES.items():
        for i in range(0, len(value), 2):
            block[address + i // 2] = struct.unpack('>H', value[i:i + 2])[0]
    return ModbusSequentialDataBlock(0, block)


def bits():
    return ModbusSequentialDataBlock(0, [i % 3 == 0 for i in range(65536)])


units = {u: ModbusSlaveContext(hr=words(), ir=words(), co=bits(), di=bits(), zero_mode=True) for u in (1, 2, 3)}
context = ModbusServerContext(slaves=units, single=False)
framer = {'tcp': ModbusSocketFramer, 'rtu': ModbusRtuFramer, 'ascii': ModbusAsciiFramer}[sys.argv[2]]
if sys.argv[1].startswith('/'):
    StartSerialServer(context=context, framer=framer, port=sys.argv[1], baudrate=9600, timeout=0.005)
else:
    StartTcpServer(context=context, framer=framer, address=('127.0.0.1', int(sys.argv[1])), allow_reuse_address=True)
