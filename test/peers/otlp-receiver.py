"""A receiver of OTLP/HTTP metrics that reads requests with Google's protobuf package by a descriptor set, strictly, and prints one JSON
line for each. Usage: otlp-receiver.py DESCRIPTORS STATUS...; the statuses are answered in turn, the last one for ever; `503:1` asks
to come again in one second, `200:3` says that three points were rejected."""
import gzip, json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

files = descriptor_pb2.FileDescriptorSet.FromString(open(sys.argv[1], 'rb').read())
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
made = lambda name: message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(name))
Request, Response = made('ExportMetricsServiceRequest'), made('ExportMetricsServiceResponse')
answers = sys.argv[2:]


def read(kind, body):
    message = Request()
    if kind == 'application/json':
        return json_format.Parse(body, message)  # refuses names that the schema does not have
    if kind != 'application/x-protobuf':
        raise ValueError(kind)
    message.ParseFromString(body)
    size = message.ByteSize()
    message.DiscardUnknownFields()
    if message.ByteSize() != size:
        raise ValueError('fields that the schema does not have')
    return message


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_POST(self):
        body = self.rfile.read(int(self.headers['content-length']))
        if self.headers['content-encoding'] == 'gzip':
            body = gzip.decompress(body)
        kind = self.headers['content-type']
        told = {'path': self.path, 'headers': {name.lower(): value for name, value in self.headers.items()}}
        try:
            told['request'] = json_format.MessageToDict(read(kind, body))
        except Exception as error:
            told['error'] = repr(error)
        status, _, more = (answers.pop(0) if len(answers) > 1 else answers[0]).partition(':')
        told['answered'] = int(status)
        response = Response()
        if status == '200' and more:
            response.partial_success.rejected_data_points = int(more)
            response.partial_success.error_message = 'too old'
        payload = json_format.MessageToJson(response).encode() if kind == 'application/json' else response.SerializeToString()
        # Before the answer: the next request may come over another connection, to another thread.
        print(json.dumps(told), flush=True)
        self.send_response(int(status))
        self.send_header('content-type', kind)
        self.send_header('content-length', str(len(payload)))
        if status != '200' and more:
            self.send_header('retry-after', more)
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
print(json.dumps({'port': server.server_address[1]}), flush=True)
server.serve_forever()
