// Runs before the page's own scripts. window.bench holds moments in ms since the navigation began:
//   click   the viewer's first click on a button
//   signal  the media server's websocket opened      peer    the peer connection was connected
//   frame   the first frame of a video was shown
// window.bench.shown is a promise that is kept at the first frame.
(() => {
  const bench = (window.bench = { click: null, signal: null, peer: null, frame: null });
  bench.shown = new Promise((resolve) => { bench.keep = resolve; });
  const before = (name) => { if (bench.frame === null) bench[name] = performance.now(); };

  addEventListener("click", (event) => {
    if (bench.click === null && event.isTrusted && event.target.closest("button")) before("click");
  }, true);

  const seen = new WeakSet();
  const watch = (video) => {
    if (seen.has(video)) return;
    seen.add(video);
    const look = () => {
      if (bench.frame !== null) return;
      if (video.videoWidth) {
        before("frame");
        bench.keep(true);
      } else video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  };
  new MutationObserver(() => document.querySelectorAll("video").forEach(watch))
    .observe(document, { childList: true, subtree: true });

  window.WebSocket = new Proxy(window.WebSocket, {
    construct(Real, given) {
      const socket = new Real(...given);
      const path = new URL(given[0], location.href).pathname;
      if (path.includes("/rtc")) socket.addEventListener("open", () => before("signal"));
      return socket;
    },
  });
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(Real, given) {
      const peer = new Real(...given);
      peer.addEventListener("connectionstatechange", () => { if (peer.connectionState === "connected") before("peer"); });
      return peer;
    },
  });
})();
