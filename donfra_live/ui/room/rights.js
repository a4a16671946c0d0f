// What this browser's member may do, for showing buttons. The role is the server's word in the participant's
// attributes, which nobody can write himself; the server asks its own table again at every act.
import { useMemo } from "react";
import { useParticipantAttribute } from "@livekit/components-react";

export const ROLES = { host: "Host", co_host: "Co-host", speaker: "Speaker", viewer: "Viewer" };
const RANK = { viewer: 0, speaker: 1, co_host: 2, host: 3 };
export const roleOf = (participant) => (RANK[participant?.attributes?.role] === undefined ? "viewer" : participant.attributes.role);

export function useRights(room, state) {
  const { ticket } = state;
  const told = useParticipantAttribute("role", { participant: room.localParticipant });
  const role = told || ticket?.role || "viewer";
  return useMemo(() => ({
    role,
    can: (permission) => Boolean(ticket?.permissions?.[role]?.includes(permission)),
    above: (other) => RANK[role] > RANK[other],
    given: Object.keys(RANK).filter((other) => RANK[role] > RANK[other]).reverse(),
  }), [role, ticket]);
}

// One entry a member: somebody with two tabs is one person.
export function membersOf(people) {
  const byMember = new Map();
  for (const p of people) {
    const id = p.attributes?.member || p.identity;
    const known = byMember.get(id);
    if (!known || p.isLocal || p.isMicrophoneEnabled) byMember.set(id, p);
  }
  return byMember;
}

// asked: in small letters; "" is everybody.
export const isCalled = (asked) => ({ name }) => (name ?? "").toLowerCase().includes(asked);

const ORDER = (p) => (p.attributes?.stage ? 0.5 : 0) + RANK[roleOf(p)];
export const byRoleAndName = (a, b) => ORDER(b) - ORDER(a) || (a.name ?? "").localeCompare(b.name ?? "", undefined, { numeric: true });

// Raised hands in the order that the server wrote down.
export const handsOf = (people) => [...membersOf(people).values()].filter((p) => p.attributes?.hand)
  .sort((a, b) => a.attributes.hand.localeCompare(b.attributes.hand));
