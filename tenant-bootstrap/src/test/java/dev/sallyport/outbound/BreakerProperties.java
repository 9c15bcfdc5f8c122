package dev.sallyport.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.outbound.Breaker.Verdict;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class BreakerProperties {
    private static final long SECOND = 1_000_000_000L;

    /** What may happen next to calls of one host. */
    enum Event {
        CALL,
        ANSWER,
        FAIL,
        NOTHING
    }

    /** An event after a while. */
    record Step(Event event, int seconds) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Event.class), Arbitraries.integers().between(0, 70))
                .as(Step::new)
                .list()
                .ofMaxSize(200);
    }

    @Property
    @Label("C06 never more than one try is under way, and none before the pause is over")
    void oneTry(@ForAll("steps") List<Step> steps, @ForAll long start) {
        Breaker breaker = Breaker.CLOSED;
        Deque<Optional<Breaker>> calls = new ArrayDeque<>();
        long now = start;
        for (Step step : steps) {
            now += step.seconds() * SECOND;
            if (step.event() == Event.CALL) {
                Verdict verdict = breaker.judge(now);
                assertEquals(!breaker.isOpen(), verdict == Verdict.PASS);
                if (verdict == Verdict.TRY) {
                    Breaker open = breaker;
                    assertTrue(calls.stream().flatMap(Optional::stream).noneMatch(open::equals), "a try is under way");
                    assertTrue(now - breaker.retryAt() >= 0, "the pause is not over");
                    breaker = breaker.whileTrying();
                }
                if (verdict != Verdict.REFUSED) {
                    calls.add(verdict == Verdict.TRY ? Optional.of(breaker) : Optional.empty());
                }
            } else if (!calls.isEmpty()) {
                boolean wasTry = calls.poll().filter(breaker::equals).isPresent();
                breaker = switch (step.event()) {
                    case ANSWER -> breaker.answered();
                    case FAIL -> breaker.failed(wasTry, now);
                    default -> breaker.learntNothing(wasTry);
                };
                if (step.event() == Event.ANSWER) {
                    assertEquals(Breaker.CLOSED, breaker);
                }
            }
            assertTrue(breaker.retryAt() - now <= Breaker.LONGEST.toNanos() || !breaker.isOpen(), "no pause is longer");
        }
    }

    @Property
    @Label("C06 it opens at the fifth failure in a row, not before, and an answer in between begins anew")
    void opens(@ForAll @IntRange(min = 0, max = 4) int before, @ForAll long now) {
        Breaker breaker = failed(Breaker.CLOSED, before, now);
        assertFalse(breaker.isOpen());
        assertFalse(failed(breaker.answered(), 4, now).isOpen());
        Breaker open = failed(breaker, Breaker.TOLERATED - before, now);
        assertTrue(open.isOpen());
        assertEquals(Verdict.REFUSED, open.judge(now));
        assertEquals(Verdict.REFUSED, open.judge(now + Breaker.FIRST.toNanos() - 1));
        assertEquals(Verdict.TRY, open.judge(now + Breaker.FIRST.toNanos()));
    }

    @Property
    @Label("C06 failures of calls that left before it opened prolong nothing")
    void lateFailures(
            @ForAll @Size(max = 50) List<@LongRange(min = 0, max = 60 * SECOND) Long> late, @ForAll long now) {
        Breaker open = failed(Breaker.CLOSED, Breaker.TOLERATED, now);
        Breaker after = open;
        for (long passed : late) {
            after = after.failed(false, now + passed);
        }
        assertEquals(open, after);
    }

    @Property
    @Label("C06 each failed try doubles the pause, up to a minute; a host that works again is called within a minute")
    void pauses(@ForAll @IntRange(min = 0, max = 2_000) int tries, @ForAll long start) {
        Breaker breaker = failed(Breaker.CLOSED, Breaker.TOLERATED, start);
        long now = start;
        for (int i = 0; i < tries; i++) {
            now = breaker.retryAt();
            assertEquals(Verdict.TRY, breaker.judge(now));
            breaker = breaker.whileTrying().failed(true, now);
        }
        long pause = breaker.retryAt() - now;
        long expected = tries < 4 ? Breaker.FIRST.toNanos() << tries : Breaker.LONGEST.toNanos();
        assertEquals(expected, pause);
        assertEquals(Breaker.CLOSED, breaker.whileTrying().answered());
    }

    @Property
    @Label("C06 a try that says nothing of the host lets the next call try at once")
    void tryThatSaysNothing(@ForAll long start) {
        Breaker trying = failed(Breaker.CLOSED, Breaker.TOLERATED, start).whileTrying();
        long now = trying.retryAt();
        assertEquals(Verdict.REFUSED, trying.judge(now));
        assertEquals(Verdict.REFUSED, trying.learntNothing(false).judge(now));
        assertEquals(Verdict.TRY, trying.learntNothing(true).judge(now));
    }

    private static Breaker failed(Breaker from, int times, long now) {
        Breaker breaker = from;
        for (int i = 0; i < times; i++) {
            breaker = breaker.failed(false, now);
        }
        return breaker;
    }
}
