#!/usr/bin/env python3
"""Flushes the connection tracking of the namespace that it runs in."""

import socket

import network

if __name__ == "__main__":
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, network.NETLINK_NETFILTER) as netlink:
        network.flush_conntrack(netlink)
