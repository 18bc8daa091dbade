#pragma once
#include <pcap/pcap.h>
#include <pcap/sll.h>
