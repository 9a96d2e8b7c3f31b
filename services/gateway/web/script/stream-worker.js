// One stream of live events for all tabs of a browser.
const ports = new Set();
let source = null;
let hello = null;

function open(address) {
  source = new EventSource(address);
  for (const name of ["hello", "conversation", "removed", "refresh", "signed_out"]) {
    source.addEventListener(name, (event) => {
      const message = { name, data: event.data };
      if (name === "hello") hello = message;
      for (const port of ports) port.postMessage(message);
      if (name === "signed_out") close();
    });
  }
  source.onerror = () => {
    for (const port of ports) port.postMessage({ name: "lost" });
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    setTimeout(() => ports.size && !source && open(address), 3000);
  };
}

function close() {
  source?.close();
  source = null;
}

self.onconnect = (event) => {
  const port = event.ports[0];
  port.onmessage = ({ data }) => {
    if (data.leave) {
      ports.delete(port);
      if (!ports.size) close();
      return;
    }
    ports.add(port);
    if (!source) open(data.address);
    else if (hello && source.readyState === EventSource.OPEN) port.postMessage({ ...hello, isRepeated: true });
  };
};
