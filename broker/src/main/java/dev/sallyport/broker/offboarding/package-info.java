/** The exit: the one way in which a person is turned off, whatever the cause, and the receipt that proves it. */
package dev.sallyport.broker.offboarding;
