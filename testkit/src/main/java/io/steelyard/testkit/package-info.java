/** What the tests of several modules use; no part of the product. */
package io.steelyard.testkit;
