package dev.sallyport.demo;

import java.nio.file.Path;

/** The broker's runnable jar, which the module before this one makes. */
final class TheJar {
    static final Path PATH = Path.of(System.getProperty("sallyport.jar")).normalize();

    private TheJar() {}
}
