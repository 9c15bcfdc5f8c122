package dev.sallyport.verifier;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/** Measures checks per second of processor time; a program, not a test. */
final class Speed {
    private static final int TOKENS = 100;
    private static final long ROUND_NANOS = 3_000_000_000L;

    private Speed() {}

    public static void main(String[] arguments) {
        try (PlayedSallyport sallyport = new PlayedSallyport()) {
            List<String> tokens = new ArrayList<>();
            for (int i = 0; i < TOKENS; i++) {
                tokens.add(sallyport.token("acme"));
            }
            measure("JDK, nothing remembered", sallyport.verifier().remember(0), tokens);
            measure(
                    "native, nothing remembered",
                    sallyport.verifier().remember(0).provider(AmazonCorrettoCryptoProvider.INSTANCE),
                    tokens);
            measure("remembered", sallyport.verifier(), tokens);
        }
    }

    private static void measure(String name, VerifierBuilder builder, List<String> tokens) {
        try (SallyportVerifier verifier = builder.build()) {
            round(verifier, tokens);
            System.out.printf("%s: %.0f checks per second of one core%n", name, round(verifier, tokens));
        }
    }

    /** By the thread's own processor time, so that what else runs on the machine does not count. */
    private static double round(SallyportVerifier verifier, List<String> tokens) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long began = threads.getCurrentThreadCpuTime();
        int done = 0;
        while (threads.getCurrentThreadCpuTime() - began < ROUND_NANOS) {
            for (String token : tokens) {
                verifier.verify(token);
                done++;
            }
        }
        return done * 1e9 / (threads.getCurrentThreadCpuTime() - began);
    }
}
