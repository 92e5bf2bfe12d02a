package io.dbfs.cluster.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.proto.SettleInquiry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A mount is asked about a file, answers, or is not waited for. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class LockInquiriesTest {
    private static final long HOLDER = 7;
    private static final long FILE = 12;

    private final LockInquiries inquiries = new LockInquiries();

    @Test
    void aMountOfAnOlderBuildIsNotAsked() {
        inquiries.known(HOLDER, false);
        assertTrue(inquiries.ask(HOLDER, FILE).isDone());
        assertEquals(List.of(), inquiries.take(HOLDER));
    }

    @Test
    void aMountGetsEachInquiryOnceAndEndsItByItsAnswer() {
        inquiries.known(HOLDER, true);
        CompletableFuture<Void> answer = inquiries.ask(HOLDER, FILE);
        List<SettleInquiry> taken = inquiries.take(HOLDER);
        assertEquals(1, taken.size());
        assertEquals(FILE, taken.get(0).getInode());
        assertEquals(List.of(), inquiries.take(HOLDER));
        inquiries.answered(HOLDER + 1, taken.get(0).getId());
        assertFalse(answer.isDone(), "another mount's answer is none");
        inquiries.answered(HOLDER, taken.get(0).getId());
        assertTrue(answer.isDone());
    }

    @Test
    void whatIsNotHandedOutYetIsAskedOnce() {
        inquiries.known(HOLDER, true);
        CompletableFuture<Void> first = inquiries.ask(HOLDER, FILE);
        CompletableFuture<Void> second = inquiries.ask(HOLDER, FILE);
        List<SettleInquiry> taken = inquiries.take(HOLDER);
        assertEquals(1, taken.size());
        CompletableFuture<Void> third = inquiries.ask(HOLDER, FILE);
        inquiries.answered(HOLDER, taken.get(0).getId());
        assertTrue(first.isDone() && second.isDone());
        assertFalse(third.isDone(), "asked after the mount was");
    }

    @Test
    void aMountThatIsSilentIsNotWaitedForForEver() {
        inquiries.known(HOLDER, true);
        inquiries.ask(HOLDER, FILE).join();
        assertEquals(List.of(), inquiries.take(HOLDER));
    }
}
