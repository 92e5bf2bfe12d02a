package io.dbfs.supernode.names;

import io.dbfs.proto.EndSessionCommand;
import io.dbfs.proto.EndSessionOutcome;
import io.dbfs.proto.OpenSessionCommand;
import io.dbfs.proto.OpenSessionReply;
import io.dbfs.proto.SessionRecord;
import java.util.List;
import java.util.Optional;

/** Sessions begin and end. */
final class SessionCommands {
    private SessionCommands() {}

    /** The id is the command's index: never 0 and never given twice. */
    static OpenSessionReply open(Draft draft, OpenSessionCommand command) {
        draft.put(Keys.session(draft.index()), command.getSession());
        return OpenSessionReply.newBuilder().setSession(draft.index()).build();
    }

    /**
     * Lets go of what the session may hold, a bounded number of orphans at a time; the session is forgotten with the
     * last of them.
     */
    static EndSessionOutcome end(Draft draft, EndSessionCommand command) {
        long id = command.getSession();
        Optional<SessionRecord> session = draft.reader().session(id);
        if (session.isEmpty()) {
            return EndSessionOutcome.getDefaultInstance();
        }
        List<Long> orphans = draft.reader().orphansWaitingFor(id, Limits.ORPHANS_PER_COMMAND + 1);
        boolean more = orphans.size() > Limits.ORPHANS_PER_COMMAND;
        for (long orphan : more ? orphans.subList(0, Limits.ORPHANS_PER_COMMAND) : orphans) {
            Orphans.letGo(draft, id, orphan);
        }
        if (more) {
            draft.put(
                    Keys.session(id), session.get().toBuilder().setEnding(true).build());
        } else {
            draft.delete(Keys.session(id));
        }
        return EndSessionOutcome.newBuilder().setMore(more).build();
    }
}
