// The call as React components see it.
import { useSyncExternalStore } from "react";
import { atStart, get, subscribe } from "./store.js";

export const useCall = () => useSyncExternalStore(subscribe, get, atStart);
