package io.dbfs.raft.jraft;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dbfs.raft.ApplyContext;
import io.dbfs.raft.Decision;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateMachine;
import io.dbfs.raft.StateView;
import java.util.List;

/**
 * Registers with text: "append KEY TEXT" lengthens one and answers its new value, "count KEY" counts one up and answers
 * the number, "clear PREFIX" removes, "fail" has a bug. What is written depends on the state, the index and the time, so that replicas differ where any of it does.
 */
final class RegisterMachine implements StateMachine {
    private static final int VALUE_LENGTH_MAX = 60;

    @Override
    public Decision decide(StateView view, ApplyContext at, byte[] command) {
        String[] words = new String(command, UTF_8).split(" ", 3);
        byte[] key = key(words.length > 1 ? words[1] : "");
        return switch (words[0]) {
            case "append" -> append(view, at, key, words[2]);
            case "count" -> count(view, key);
            case "clear" -> new Decision(List.of(new Mutation.DeletePrefix(key)), new byte[0]);
            default -> throw new IllegalStateException("planted bug");
        };
    }

    static byte[] key(String name) {
        return ("r" + name).getBytes(UTF_8);
    }

    static long number(StateView view, String name) {
        return view.get(key(name))
                .map(value -> Long.parseLong(new String(value, UTF_8)))
                .orElse(0L);
    }

    private static Decision count(StateView view, byte[] key) {
        long next = number(view, new String(key, UTF_8).substring(1)) + 1;
        byte[] value = Long.toString(next).getBytes(UTF_8);
        return new Decision(List.of(new Mutation.Put(key, value)), value.clone());
    }

    private static Decision append(StateView view, ApplyContext at, byte[] key, String text) {
        String old = view.get(key).map(value -> new String(value, UTF_8)).orElse("");
        String longer = old + text + "@" + at.index() + "/" + at.timeNanos() % 97 + ";";
        String kept = longer.substring(Math.max(0, longer.length() - VALUE_LENGTH_MAX));
        byte[] value = kept.getBytes(UTF_8);
        return new Decision(List.of(new Mutation.Put(key, value)), value.clone());
    }
}
