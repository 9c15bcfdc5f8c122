/** People in bulk: a file is read and judged row by row, somebody else approves exactly those rows, and they are applied. */
package dev.sallyport.broker.bulk;
