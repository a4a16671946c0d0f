// The room over the page, in a React root of its own: it does not wait for the page to come alive.
import { createRoot } from "react-dom/client";
import { Overlay } from "./overlay.jsx";
import { makeRoom, RoomView } from "./room.jsx";
import { useCall } from "./use_call.js";

export { makeRoom };

function Inside() {
  return <Overlay state={useCall()} View={RoomView} />;
}

// An element that no page has: React passes over it while it takes the page's HTML over.
const element = document.createElement("donfra-room");
document.body.append(element);
// A root marks the whole document as listened to. Left there, the mark would keep the page's own root, which is
// the document and comes later, from listening to anything.
const marks = () => Object.keys(document).filter((key) => key.startsWith("_reactListening"));
const before = marks();
createRoot(element).render(<Inside />);
for (const mark of marks()) if (!before.includes(mark)) delete document[mark];
