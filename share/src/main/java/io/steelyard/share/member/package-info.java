/** How nodes hear that the others are there: sealed datagrams. */
package io.steelyard.share.member;
