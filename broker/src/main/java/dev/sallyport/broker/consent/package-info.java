/** What people allowed third-party applications: who must be asked for what, what they answered, and the end of it. */
package dev.sallyport.broker.consent;
