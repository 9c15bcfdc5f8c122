/** The command line: the server's own commands, and the operator's over the admin API. */
package dev.sallyport.broker.cli;
