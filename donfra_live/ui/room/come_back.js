// Coming back into a media server that has started again, without the client's two seconds.
// livekit-client waits that long in each reconnect before it looks whether it is connected, and holds back all that
// it hears meanwhile: pictures too. Where all is made anew there is nothing old to wait out; where a call is only
// resumed there is, so that wait stays. Names of RTCEngine (2.23); where they are others, the client does as before.
const CONNECTED = 1, DISCONNECTED = 2, RECONNECTING = 3;

async function whenConnected() {
  this.pcState = RECONNECTING;
  try {
    await this.pcManager.ensurePCTransportConnection(undefined, this.peerConnectionTimeout);
    this.pcState = CONNECTED;
  } catch (error) {
    this.pcState = DISCONNECTED;
    throw error;
  }
}

export function comeBackAtOnce(room) {
  room.on("reconnecting", () => {
    if (room.engine?.waitForPCReconnected) room.engine.waitForPCReconnected = whenConnected;
  });
  room.on("signalReconnecting", () => {
    if (room.engine) delete room.engine.waitForPCReconnected; // the class has its own
  });
}
