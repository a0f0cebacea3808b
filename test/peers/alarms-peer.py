"""A web server and a mail server in plain Python, as alarms meet them. Prints one JSON object for what arrives; refuses while told to."""
import http.server
import json
import socketserver
import sys
import threading

refusing = {'webhook': 0, 'smtp': 0}


def tell(**what):
    print(json.dumps(what), flush=True)


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['content-length']))
        refused = refusing['webhook'] > 0
        refusing['webhook'] -= refused
        if not refused:
            tell(via='webhook', authorization=self.headers['authorization'], key=self.headers['idempotency-key'], body=json.loads(body))
        self.send_response(503 if refused else 200)
        self.send_header('content-length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


class Mail(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write((text + '\r\n').encode())

    def handle(self):
        self.say('220 peer')
        to = []
        while line := self.rfile.readline().decode().rstrip('\r\n'):
            verb = line[:4].upper()
            if verb in ('EHLO', 'HELO'):
                self.say('250 peer')
            elif verb == 'RCPT':
                if refusing['smtp'] > 0:
                    refusing['smtp'] -= 1
                    self.say('451 later')
                else:
                    to.append(line.split('<')[1].rstrip('>'))
                    self.say('250 ok')
            elif verb == 'DATA':
                self.say('354 go on')
                text = b''
                while (part := self.rfile.readline()) != b'.\r\n':
                    text += part
                tell(via='smtp', to=to, text=text.decode())
                to = []
                self.say('250 taken')
            elif verb == 'QUIT':
                self.say('221 bye')
                return
            else:
                self.say('250 ok')


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


hook, mail = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Hook), Server(('127.0.0.1', 0), Mail)
for server in (hook, mail):
    threading.Thread(target=server.serve_forever, daemon=True).start()
tell(webhook=hook.server_address[1], smtp=mail.server_address[1])
for line in sys.stdin:
    what, count = line.split()
    refusing[what] = int(count)
    tell(refusing=what)
