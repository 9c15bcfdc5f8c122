/** What a person sees: a real Chromium goes through the setup, a sign-in and a sign-out, and leaves screenshots in {@code target/screenshots}. */
package dev.sallyport.demo.browser;
